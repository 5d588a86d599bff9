"""From a trigger to sealed items: what is allowed, what is taken, what is recorded about it."""
