"""Grants to read usage: who of the analysts may read what, and tokens that read usage alone."""
