"""Glasses as their wearer has them: switched on, paired with this computer's app, and connected."""
