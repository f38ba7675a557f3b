"""Users: own account and administration."""
