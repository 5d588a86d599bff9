"""The glasses client and everything below it: discovery, bearer, knock, TLS, frames, transfers, pairing."""
