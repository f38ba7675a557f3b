"""Notices to users and to root: e-mail, webhook, Bark or Gotify, as each of them chose."""
