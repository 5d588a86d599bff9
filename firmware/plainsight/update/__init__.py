"""Signed releases: taken from a phone, verified by the pinned key, unpacked beside the running one, tried, confirmed."""
