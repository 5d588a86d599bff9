from kivy.uix.layout import Layout

class BoxLayout(Layout):
    minimum_height: float
