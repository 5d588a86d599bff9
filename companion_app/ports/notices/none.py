"""No notices: macOS shows those of signed bundles alone, Windows those of packages with an identity."""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

from companion_app.ports.errors import NoticesMissing
from companion_app.ports.notices import Notices


class NoNotices:
    """`SystemNotices` where the app has no way to show any."""

    def open(self, pressed: Callable[[], None]) -> AbstractAsyncContextManager[Notices]:
        """Raises NoticesMissing."""
        del pressed
        raise NoticesMissing(f"no notices on {sys.platform}")
