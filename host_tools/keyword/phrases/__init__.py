"""Phrases: how they sound, what sounds nearly like them, and what else people say."""
