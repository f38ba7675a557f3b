"""Prefill groups: names that an operator's forms offer together."""
