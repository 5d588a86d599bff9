"""Every kind of record of the ledger and of the glasses' journal, in words a wearer reads."""
