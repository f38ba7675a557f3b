"""Top-ups: orders, the payment providers epay and Stripe, and what a payment credits.

Beside the four files of a domain: `settlement` is the one way a payment becomes quota, `epay` and
`stripe` know the two providers' wire, `terms` reads the options.
"""
