"""Battery, heat, power states, and how the glasses show without a screen what they are doing."""
