"""What proves a person beyond the password: TOTP, backup codes, passkeys, and step-up by them."""
