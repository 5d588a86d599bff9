"""The ledger as it is read: rows in words, what is asked of them, and what leaves as a file."""
