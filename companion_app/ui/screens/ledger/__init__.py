"""The ledger's page."""
