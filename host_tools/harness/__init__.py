"""The serial harness: tests on a board, virtual or on a cable, and what they may say afterwards (docs/harness.md)."""
