"""How well a model recognises recordings: heard by the firmware's engine, counted, with the bounds of the figures."""
