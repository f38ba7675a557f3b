"""Limits of rate, number and money: who has which; the counting is the relay's."""
