"""What a person asks of connected glasses: pictures, clips, settings, power, updates."""
