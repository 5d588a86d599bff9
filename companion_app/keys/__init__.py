"""The phone's own keys: the owner's X25519 key that opens pictures, and the key and certificate for TLS."""
