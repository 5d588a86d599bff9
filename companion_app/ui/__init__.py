"""The window: view-models without Kivy, a thin widget layer, and screens that only look and ask."""
