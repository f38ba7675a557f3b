"""Redemption codes: made by administrators, claimed once by a user."""
