"""A thin layer over KivyMD 2.0: text that grows and wraps, targets of 48 dp, disabled controls that can be read, focus that shows.

KivyMD gives the Material 3 colour scheme and the icons. Its own buttons and labels fix their font size at import, cut long
text and grey disabled buttons down to a contrast of 1.26:1, so the controls here stand on Kivy's behaviours instead.
"""
