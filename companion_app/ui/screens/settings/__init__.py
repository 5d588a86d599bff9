"""The Settings room: pages that lay out what their models say, all in the same way."""
