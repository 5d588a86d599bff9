"""The board's USB cable: a pseudo-terminal where a serial port would be, and what answers behind it."""
