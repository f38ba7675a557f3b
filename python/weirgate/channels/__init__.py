"""Upstream channels: rows, abilities, tests, model lists."""
