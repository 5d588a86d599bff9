"""The lock of everything that this phone keeps: one data key, and who may open it."""
