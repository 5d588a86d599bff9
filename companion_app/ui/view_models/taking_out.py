"""Taking opened copies out of the app, into a folder that the owner names: pictures, or the ledger."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from platformdirs import user_documents_path

from companion_app.errors import AppError
from companion_app.gallery.errors import NotExported
from companion_app.ui.view_models.observable import Observable
from companion_app.ui.view_models.words.errors import problem
from companion_app.ui.view_models.words.problem import Problem

_FOLDER = "Plainsight"

Tell = Callable[[int, int], None]  # done so far, in all
Take = Callable[[Path, str, Tell], Awaitable[str]]  # into the folder, in the form; what came of it, in a sentence


@dataclass(frozen=True)
class Form:
    """One form in which copies can be taken: what it is known by, its name, and what it is good for."""

    value: str
    caption: str
    detail: str


def default_folder() -> Path:
    """A folder of its own among the owner's documents; it need not be there yet."""
    return user_documents_path() / _FOLDER


class TakingOutModel(Observable):
    """Nothing is written before `go`. `done` says what came of it; `part` is how far it is, from 0 to 1."""

    def __init__(self, title: str, about: str, take: Take, forms: Sequence[Form] = ()) -> None:
        super().__init__()
        self._take = take
        self._running: asyncio.Task[str] | None = None
        self.title = title
        self.about = about
        self.forms = tuple(forms)
        self.form = forms[0].value if forms else ""
        self.folder = str(default_folder())
        self.part: float | None = None
        self.done = ""
        self.problem: Problem | None = None

    @property
    def running(self) -> bool:
        """True while copies are being written."""
        return self._running is not None

    def choose(self, form: str) -> None:
        """In which form; unknown ones change nothing."""
        if any(one.value == form for one in self.forms):
            self.form, self.done = form, ""
            self.changed()

    def set_folder(self, folder: str) -> None:
        """What the folder's field holds."""
        self.folder = folder

    async def go(self) -> None:
        """Make the folder where there is none, and write the copies; nothing that lies there is replaced."""
        if self.running:
            return
        self.done, self.problem, self.part = "", None, 0.0
        self._running = asyncio.ensure_future(self._go())
        self.changed()
        try:
            await asyncio.wait({self._running})
            if not self._running.cancelled():
                self.done = self._running.result()
        except AppError as error:
            self.problem = problem(error)
        finally:
            self._running.cancel()
            self._running, self.part = None, None
            self.changed()

    def stop(self) -> None:
        """After the copy that is being written; what is there, stays."""
        if self._running is not None:
            self._running.cancel()

    async def _go(self) -> str:
        """Raises NotExported, AppError."""
        folder = await asyncio.to_thread(_folder, self.folder.strip())
        return await self._take(folder, self.form, self._tell)

    def _tell(self, done: int, count: int) -> None:
        self.part = done / count if count else 1.0
        self.changed()


def _folder(named: str) -> Path:
    """The folder, made where there is none. Raises NotExported."""
    try:
        folder = Path(named).expanduser()
        if not folder.is_absolute():
            raise NotExported("no_folder", 0)
        folder.mkdir(parents=True, exist_ok=True)
    except (OSError, RuntimeError, ValueError) as error:  # no home for ~user; a NUL in the name
        raise NotExported("no_folder", 0) from error
    return folder
