"""A page: a header that says where one is (and whether the glasses are simulated) above content that scrolls."""

from __future__ import annotations

from typing import Any

from kivy.core.text import Label as CoreLabel
from kivy.metrics import dp
from kivy.properties import NumericProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.scrollview import ScrollView

from companion_app.ui.widgets.column import Column as Column  # named in page.kv
from companion_app.ui.widgets.live_banner import LiveBanner as LiveBanner  # named in page.kv
from companion_app.ui.widgets.rules import load_beside


class Scroller(ScrollView):
    """Scrolls by content, wheel and a bar that always shows how much there is.

    What lies in it and says `takes_drags` is drawn on by a finger: such a touch does not scroll.
    """

    def on_touch_down(self, touch: Any) -> bool:
        if not getattr(touch, "is_mouse_scrolling", False) and self._is_drawn_on(touch):
            return self.simulate_touch_down(touch)
        return super().on_touch_down(touch)

    def _is_drawn_on(self, touch: Any) -> bool:
        if not self.collide_point(*touch.pos):
            return False
        inside = self.to_local(*touch.pos)
        return any(
            getattr(one, "takes_drags", False) and one.collide_point(*inside) for one in self.walk(restrict=True)
        )


class Header(BoxLayout):
    """The app's name, and a note that cannot be overlooked: beside the name, or below it where there is no room."""

    note = StringProperty("")
    note_width = NumericProperty(0)  # in one line
    note_room = NumericProperty(0)

    def on_kv_post(self, base_widget: Any) -> None:
        """Measure from now on."""
        del base_widget
        for source, name in ((self, "size"), (self.ids.name, "size"), (self.ids.badge, "font_size"), (self, "note")):
            source.fbind(name, self._measure)
        self._measure()

    def _measure(self, *_: object) -> None:
        badge = self.ids.badge
        words = CoreLabel(font_name=badge.font_name, font_size=badge.font_size)
        sides = badge.padding[0] + badge.padding[2]
        self.note_width = words.get_extents(self.note)[0] + sides
        self.note_room = self.width - self.ids.name.width - self.ids.name.height - dp(66)  # sides, icon and gaps


class Page(BoxLayout):
    """Children go into one column, centred, at most `widest` wide, at least as tall as the window."""

    note = StringProperty("")
    widest = NumericProperty("560dp")

    def refresh(self) -> None:
        """Look at the view-model again; each screen says how."""
        raise NotImplementedError

    def add_widget(self, widget: object, *arguments: object, **options: object) -> None:
        column = self.ids.get("column")
        if column is None:  # the page's own parts, while its rule is applied
            super().add_widget(widget, *arguments, **options)
        else:
            column.add_widget(widget, *arguments, **options)


load_beside(__file__)
