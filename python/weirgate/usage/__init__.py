"""Logs, statistics and usage data: what the usage store knows, in the family's shapes."""
