"""Coming in: registration, e-mailed codes, a forgotten password, binding an address."""
