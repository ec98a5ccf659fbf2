"""Webhooks: published articles sent to other programs, signed, in store order, until they have said that they came."""
