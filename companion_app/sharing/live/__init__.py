"""The live AI session: one act with a clock; each frame redacted, proven lit and on record before it leaves."""
