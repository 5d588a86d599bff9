"""The virtual board: real firmware under MicroPython, stand-ins for the vendor modules, and the world they sense."""
