"""Sound that waits until it is a whole hop of the front end."""
