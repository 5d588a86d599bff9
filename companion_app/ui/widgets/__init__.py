"""A thin layer over KivyMD 2.0: text that grows, targets of 48 dp, disabled controls one can read, focus that shows.

KivyMD gives the Material 3 colour scheme, the icons and the fonts. Its own buttons and labels fix their font size at
import, cut long text and grey disabled buttons down to a contrast of 1.26:1, so the controls here stand on Kivy's
behaviours instead.
"""
