"""The companion window on this computer: a display to draw on, virtual glasses in a process of their own, a guide."""
