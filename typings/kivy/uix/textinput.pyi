from typing import Any

from kivy.uix.widget import Widget

class TextInput(Widget):
    text: str
    hint_text: str
    font_name: str
    password: bool
    write_tab: bool
    def __init__(self, **options: Any) -> None: ...
    def _create_line_label(self, text: str, hint: bool = ...) -> Any: ...
    def _get_line_options(self) -> dict[str, Any]: ...
