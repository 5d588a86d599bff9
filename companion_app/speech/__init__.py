"""Answers said aloud on this device."""
