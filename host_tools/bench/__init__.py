"""Measurements as ratios within one run; every row says that it was simulated."""
