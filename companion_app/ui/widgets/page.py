"""A page: a header that says where one is (and whether the glasses are simulated) above content that scrolls."""

from __future__ import annotations

from typing import Any

from kivy.properties import BooleanProperty, NumericProperty, ObjectProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.scrollview import ScrollView

from companion_app.ui.widgets.column import Column as Column  # named in page.kv
from companion_app.ui.widgets.header import Header as Header  # named in page.kv
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


class Page(BoxLayout):
    """Children go into one column, centred, at most `widest` wide, at least as tall as the window.

    `title` stands in the header, and with `back_offered` the way back; `shell` leads to what is not this page's own.
    """

    note = StringProperty("")
    title = StringProperty("")
    back_offered = BooleanProperty(False)
    shell = ObjectProperty(None)
    widest = NumericProperty("560dp")

    def refresh(self) -> None:
        """Look at the view-model again; each screen says how."""
        raise NotImplementedError

    @property
    def must_draw(self) -> bool:
        """True when there is a picture to draw that is not drawn yet."""
        return False

    async def draw(self) -> None:
        """Draw what `must_draw` is about."""

    def add_widget(self, widget: object, *arguments: object, **options: object) -> None:
        column = self.ids.get("column")
        if column is None:  # the page's own parts, while its rule is applied
            super().add_widget(widget, *arguments, **options)
        else:
            column.add_widget(widget, *arguments, **options)


load_beside(__file__)
