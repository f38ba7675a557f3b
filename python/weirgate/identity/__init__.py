"""Who is asking: passwords, sign-in, sessions' users and access tokens."""
