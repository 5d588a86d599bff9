"""What is missing on this computer and on a board, and what to do about each."""
