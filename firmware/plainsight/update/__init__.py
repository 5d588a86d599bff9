"""Signed releases: taken from a phone, verified by the pinned key, unpacked beside what runs, tried, confirmed."""
