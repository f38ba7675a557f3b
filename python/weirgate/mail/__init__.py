"""Mail to people: addresses, letters and the SMTP sender. Knows no domain and keeps nothing."""
