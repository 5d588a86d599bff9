"""What an endpoint has said so far: cleaned, bounded, told on as it comes."""

from __future__ import annotations

from companion_app.plain_text import plain_text, visible
from companion_app.sharing.endpoints.endpoint import Heard

MAX_ANSWER_CHARACTERS = 8000
# A token is some four letters, and models that think first spend tokens on that too.
MAX_ANSWER_TOKENS = 2000
_MAX_MODEL_CHARACTERS = 100
_CUT = "…"


class Transcript:
    """`ended` is the speaker's own word that the answer is whole; without it a stream was cut off."""

    def __init__(self, heard: Heard) -> None:
        self._heard = heard
        self._pieces: list[str] = []
        self._count = 0
        self._full = False
        self.model = ""
        self.ended = False

    @property
    def text(self) -> str:
        """All of it, without the white space around it."""
        return "".join(self._pieces).strip()

    @property
    def begun(self) -> bool:
        """True once anything was said."""
        return bool(self._pieces)

    def say(self, piece: str) -> None:
        """Take a piece in; what goes beyond an answer's size is dropped behind one ellipsis."""
        # Nothing longer than what is still kept is looked at: a piece is as long as its sender likes.
        piece = visible(piece[: MAX_ANSWER_CHARACTERS + 1])
        piece = piece if self._pieces else piece.lstrip()
        if not piece or self._full:
            return
        room = MAX_ANSWER_CHARACTERS - len(_CUT) - self._count
        if len(piece) > room:
            self._tell(piece[:room])
            self.cut()
        else:
            self._tell(piece)

    def cut(self) -> None:
        """The speaker stopped for want of room: show it."""
        if not self._full:
            self._tell(_CUT)
            self._full = True

    def name_model(self, model: object) -> None:
        """Note who speaks, where that is a name at all; it stands in lines of ours, and adds none."""
        if isinstance(model, str):
            self.model = " ".join(plain_text(model, _MAX_MODEL_CHARACTERS).split())

    def _tell(self, piece: str) -> None:
        if not piece:
            return
        self._pieces.append(piece)
        self._count += len(piece)
        self._heard(piece)
