"""Live: the glasses now: their connection, the last picture with its light, and the shutter."""
