"""The Settings room: one model a page, each of which says what stands on it as data."""
