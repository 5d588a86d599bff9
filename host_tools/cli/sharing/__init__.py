"""Sharing from the terminal: the same act as on the screen, its receipt, and what the ledger says of it."""
