"""Ask: a question about a picture, who is asked, and what was answered."""
