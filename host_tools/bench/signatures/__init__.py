"""What verifying a release would cost by Ed25519, ECDSA P-256 or LMS, in pure MicroPython, in one run."""
