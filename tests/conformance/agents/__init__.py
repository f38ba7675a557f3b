"""Drives the coding agents that people use through a real server, against scripted models."""
