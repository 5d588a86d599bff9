"""Training a small streaming network for a phrase from synthetic voices, and saying honestly how good it became."""
