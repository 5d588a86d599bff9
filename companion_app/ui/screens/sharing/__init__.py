"""The sheets of sharing: what would leave, what left, who can be asked, and the live session."""
