"""User groups: ratios and which group may use which."""
