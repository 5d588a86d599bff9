"""The files that the journal is made of: segments of lines, and the small notes beside them."""
