"""Thousands of pictures by day: of all that height only the tiles that are seen exist, and they are used again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from kivy.clock import Clock
from kivy.core.text import Label as CoreLabel
from kivy.metrics import dp, sp
from kivy.properties import NumericProperty
from kivy.uix.scrollview import ScrollView
from kivy.uix.widget import Widget

from companion_app.language import current
from companion_app.ui.screens.gallery.tile import Tile
from companion_app.ui.theme.look import TEXT_SP
from companion_app.ui.view_models.gallery.tiles import ShownDay, TileWords
from companion_app.ui.view_models.gallery.wall import Row, Wall, measured
from companion_app.ui.widgets.fonts import STRONG_FONT
from companion_app.ui.widgets.rules import load_beside
from companion_app.ui.widgets.signs import sign_markup
from companion_app.ui.widgets.text import Text
from companion_app.ui.widgets.thumbs import Read, Thumbs

_LEAST_TILE_DP = 104
_GAP_DP = 6
_ABOVE_DP = 14
_LINE = 1.3  # of the font's size
_WRAPPING = 1.15  # lines that break at words hold less than their width
_BEFORE_DRAWING = -1  # Kivy's clock: in this frame, after everything that may still move


Tell = Callable[[str], TileWords]  # what stands on a picture's tile, by its id


class DayHeading(Text):
    """The name of a day above its pictures, at the foot of its room."""

    room = NumericProperty(0)


class PictureWall(Widget):
    """Lies in a scrolling page and looks at what of it is seen. Dispatches `on_open(id)` and `on_hold(id)`."""

    font_scale = NumericProperty(1.0)

    def __init__(self, **options: Any) -> None:
        self.register_event_type("on_open")
        self.register_event_type("on_hold")
        self._days: Sequence[ShownDay] = ()
        self._pictures: list[str] = []
        self._tell: Tell | None = None
        self._chosen: frozenset[str] = frozenset()
        self._choosing = False
        self._read: Read | None = None
        self._thumbs: Thumbs | None = None
        self._wall: Wall | None = None
        self._scroller: ScrollView | None = None
        self._tiles: dict[int, Tile] = {}
        self._headings: dict[int, DayHeading] = {}
        super().__init__(size_hint_y=None, height=0, **options)
        self._look = Clock.create_trigger(self._look_now, _BEFORE_DRAWING)
        self._step = Clock.create_trigger(self._step_now, 0)
        self.fbind("width", self._lay_out)
        self.fbind("font_scale", self._lay_out)
        for name in ("pos", "height"):
            self.fbind(name, self._look)

    def on_open(self, picture: str) -> None:
        """One was pressed; bind to it."""

    def on_hold(self, picture: str) -> None:
        """One was pressed for long; bind to it."""

    def show(self, days: Sequence[ShownDay], tell: Tell, read: Read) -> None:
        """Replace everything that is shown; `read` gives small pictures, in a worker thread."""
        self._days, self._tell, self._read = days, tell, read
        self._pictures = [picture for day in days for picture in day.pictures]
        for tile in self._tiles.values():
            tile.number = -1
        self._lay_out()

    def choose(self, chosen: frozenset[str], *, choosing: bool) -> None:
        """Which are chosen, and whether a press chooses."""
        if (chosen, choosing) == (self._chosen, self._choosing):
            return
        self._chosen, self._choosing = chosen, choosing
        for tile in self._tiles.values():
            tile.chosen, tile.choosing = tile.picture in chosen, choosing

    def close(self) -> None:
        """Forget what was drawn."""
        if self._thumbs is not None:
            self._thumbs.close()
            self._thumbs = None

    def on_parent(self, _wall: Any, parent: Any) -> None:
        """Follow the list that it scrolls with from now on."""
        if parent is None:
            self.close()
        else:
            Clock.schedule_once(lambda _delay: self._follow(), 0)

    def _follow(self) -> None:
        above = self.parent
        while above is not None and not isinstance(above, ScrollView):
            above = above.parent if above.parent is not above else None
        if above is not None and above is not self._scroller:
            self._scroller = above
            above.fbind("scroll_y", self._look)
            above.fbind("size", self._look)
        self._look()

    def _lay_out(self, *_changed: object) -> None:
        """Where everything lies, anew."""
        if self.width < dp(_LEAST_TILE_DP):
            return
        measures = measured(self.width, least_tile=dp(_LEAST_TILE_DP), gap=dp(_GAP_DP), heading=self._heading_height())
        self._wall = Wall([len(day.pictures) for day in self._days], measures)
        if self._read is not None and (self._thumbs is None or self._thumbs.side != int(measures.tile)):
            self.close()
            self._thumbs = Thumbs(self._read, int(measures.tile))
        self.height = self._wall.height
        self._look()

    def _heading_height(self) -> float:
        """Room for the longest name of a day, on as many lines as it needs."""
        size = sp(TEXT_SP["title"]) * self.font_scale
        longest = max((day.words for day in self._days), key=len, default="")
        width = CoreLabel(font_name=STRONG_FONT, font_size=size).get_extents(longest)[0]
        return (1 + int(_WRAPPING * width // self.width)) * _LINE * size + dp(_ABOVE_DP)

    def _look_now(self, _delay: float) -> None:
        """Bring into being what is seen, with a row to spare on either side."""
        wall, scroller = self._wall, self._scroller
        if wall is None or scroller is None or self.get_root_window() is None:
            return
        low = self.to_widget(*scroller.to_window(*scroller.pos))[1]
        spare = wall.measures.tile + wall.measures.gap
        end = self.top - low + spare
        rows = [wall.rows[at] for at in wall.between(end - scroller.height - 2 * spare, end)]
        self._place_headings([row for row in rows if row.is_heading])
        seen = [row for row in rows if not row.is_heading]
        self._place_tiles(seen)
        self._ask_for(seen)

    def _place_headings(self, rows: Sequence[Row]) -> None:
        due = {row.day: row for row in rows}
        spare = [self._headings.pop(day) for day in list(self._headings) if day not in due]
        for day, row in due.items():
            label = self._headings.get(day)
            if label is None:
                label = self._headings[day] = spare.pop() if spare else self._added(DayHeading())
            label.text = self._days[day].words
            label.width, label.room = self.width, row.height
            label.pos = (self.x, self.top - row.top - row.height)
        for label in spare:
            self.remove_widget(label)

    def _place_tiles(self, rows: Sequence[Row]) -> None:
        due = {row.first + at: (row, at) for row in rows for at in range(row.count)}
        spare = [self._tiles.pop(number) for number in list(self._tiles) if number not in due]
        for number, (row, at) in due.items():
            tile = self._tiles.get(number)
            if tile is None:
                tile = self._tiles[number] = spare.pop() if spare else self._new_tile()
            self._dress(tile, number)
            self._place(tile, row, at)
        for tile in spare:
            tile.focus = False
            self.remove_widget(tile)

    def _dress(self, tile: Tile, number: int) -> None:
        """What is shown on it, where it shows something else."""
        picture = self._pictures[number]
        if (tile.number == number and tile.picture == picture) or self._tell is None:
            return
        tile.focus = False
        told = self._tell(picture)
        tile.number, tile.picture = number, picture
        tile.marks, tile.spoken = sign_markup(*told.signs, words=told.words), told.spoken
        tile.chosen, tile.choosing = picture in self._chosen, self._choosing
        tile.texture, tile.broken = None, False

    def _place(self, tile: Tile, row: Row, at: int) -> None:
        assert self._wall is not None
        measures = self._wall.measures
        column = measures.columns - 1 - at if current().right_to_left else at
        tile.size = (measures.tile, measures.tile)
        tile.pos = (self.x + column * (measures.tile + measures.gap), self.top - row.top - row.height)

    def _ask_for(self, rows: Sequence[Row]) -> None:
        """First what is seen, from the top."""
        if self._thumbs is not None:
            self._thumbs.want([self._pictures[row.first + at] for row in rows for at in range(row.count)])
            self._draw()

    def _draw(self) -> None:
        """Give the tiles what has come, and go on next frame while something is to come."""
        thumbs = self._thumbs
        if thumbs is None:
            return
        for tile in self._tiles.values():
            if tile.texture is None and not tile.broken:
                tile.texture = thumbs.get(tile.picture)
                tile.broken = thumbs.failed(tile.picture)
        if thumbs.busy:
            self._step()

    def _step_now(self, _delay: float) -> None:
        if self._thumbs is not None:
            self._thumbs.step()
            self._draw()

    def _new_tile(self) -> Tile:
        tile = self._added(Tile())
        tile.bind(on_release=self._pressed, on_hold=self._held, on_arrow=self._moved)
        return tile

    def _added(self, widget: Any) -> Any:
        self.add_widget(widget)
        return widget

    def _pressed(self, tile: Tile) -> None:
        if not tile.was_held:
            self.dispatch("on_open", tile.picture)

    def _held(self, tile: Tile) -> None:
        self.dispatch("on_hold", tile.picture)

    def _moved(self, tile: Tile, rows: int, columns: int) -> None:
        """The keyboard goes to the neighbour, which is scrolled into view first."""
        if self._wall is None or self._scroller is None:
            return
        if current().right_to_left:
            columns = -columns
        self.focus_on(self._wall.neighbour(int(tile.number), rows=rows, columns=columns))

    def focus_on(self, number: int) -> None:
        """Give one the keyboard, scrolled into view."""
        wall, scroller = self._wall, self._scroller
        if wall is None or scroller is None:
            return
        row = wall.row_of(number)
        low = self.to_window(self.x, self.top - row.top - row.height)[1]
        floor = scroller.to_window(*scroller.pos)[1]
        room = scroller.children[0].height - scroller.height
        margin = wall.measures.gap
        if room > 0:
            too_low = min(0, low - margin - floor)
            too_high = max(0, low + row.height + margin - floor - scroller.height)
            scroller.scroll_y = min(1, max(0, scroller.scroll_y + (too_low + too_high) / room))
        self._look_now(0)
        self._tiles[number].focus = True


load_beside(__file__)
