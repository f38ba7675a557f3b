"""Signing in through other houses: OAuth providers, WeChat, Telegram; binding them to accounts."""
