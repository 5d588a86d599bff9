"""The home screen: the connection, the last picture, and asking about it."""
