from kivy.uix.layout import Layout

class GridLayout(Layout):
    minimum_height: float
