"""Long runs against the simulated system: power cuts at every write, fuzzed parsers, a simulated day."""
