from typing import Any

from kivy.uix.widget import Widget

class TextInput(Widget):
    text: str
    write_tab: bool
    def __init__(self, **options: Any) -> None: ...
