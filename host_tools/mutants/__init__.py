"""Breaks the homes of the promises, one mutation at a time, and lists the mutations that no test noticed."""
