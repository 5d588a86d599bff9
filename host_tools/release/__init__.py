"""Releases of the firmware: built from its files, signed with a key whose state never goes back, verified, shown."""
