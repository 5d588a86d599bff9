"""Gives a board its identity: key, certificate and one-time setup code, made on the host and put on its storage."""
