"""Colours and sizes: light, dark and high contrast, with text that grows."""
