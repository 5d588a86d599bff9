"""The probe in the simulator: its real firmware on a second virtual board, its pins in the world of the first."""
