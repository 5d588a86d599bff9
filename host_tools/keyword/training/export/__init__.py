"""From the trained network to an int8 streaming model in microWakeWord's second format."""
