"""A page: a header that says where one is (and whether the glasses are simulated) above content that scrolls."""

from __future__ import annotations

from kivy.properties import NumericProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.scrollview import ScrollView

from companion_app.ui.widgets.column import Column as Column  # named in page.kv
from companion_app.ui.widgets.rules import load_beside


class Scroller(ScrollView):
    """Scrolls by content, wheel and a bar that always shows how much there is."""


class Header(BoxLayout):
    """The app's name, and a note that cannot be overlooked."""

    note = StringProperty("")


class Page(BoxLayout):
    """Children go into one column, centred, at most `widest` wide, at least as tall as the window."""

    note = StringProperty("")
    widest = NumericProperty("560dp")

    def add_widget(self, widget: object, *arguments: object, **options: object) -> None:
        column = self.ids.get("column")
        if column is None:  # the page's own parts, while its rule is applied
            super().add_widget(widget, *arguments, **options)
        else:
            column.add_widget(widget, *arguments, **options)


load_beside(__file__)
