"""Why no image arrives, step by step."""
