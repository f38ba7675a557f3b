"""API keys (the family's wire calls them tokens) and their billing views."""
