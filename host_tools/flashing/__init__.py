"""Writes MicroPython onto a board and says what is lost, and whether it arrived. esptool (GPL) stays in this room."""
