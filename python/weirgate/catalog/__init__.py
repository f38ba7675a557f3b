"""Models: built-in lists, vendors, prices shown to users."""
