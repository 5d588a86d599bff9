"""That a live session runs, how long still, and the one touch that ends it: on every page and over every sheet."""

from __future__ import annotations

from companion_app.ui.widgets.row import Row
from companion_app.ui.widgets.rules import load_beside
from companion_app.ui.widgets.text import Text as Text  # named in live_banner.kv
from companion_app.ui.widgets.way import Way as Way  # named in live_banner.kv


class LiveBanner(Row):
    """Reads `app.live_words`; takes no room while they are empty."""


load_beside(__file__)
