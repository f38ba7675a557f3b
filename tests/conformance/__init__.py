"""Drives real client packages through a real server; the scripts and recordings stand elsewhere."""
