"""Setup, options, status and site texts of the installation."""
