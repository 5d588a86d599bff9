"""Plain words for what the services report. Tables and small functions; no state."""
