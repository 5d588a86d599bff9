"""The bench `gallery`: how long a full gallery takes to open, to search and to show, and what it weighs."""
