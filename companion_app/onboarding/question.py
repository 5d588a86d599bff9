"""What a question is made of: versioned words and equal choices, none of them pre-selected."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

SOURCE_LANGUAGE = "en"


@dataclass(frozen=True)
class Choice:
    """One answer; every question offers its choices as equals, in this order. `means`: what happens then, how long.

    `refuses`: this one allows nothing; each question has exactly one. `days`: how long something may be kept by it.
    """

    id: str
    text: str
    means: str = ""
    refuses: bool = False
    days: int = 0


@dataclass(frozen=True)
class Shown:
    """The words that a person read, in the language in which they read them; `choices` are (id, text, means)."""

    language: str
    text: str
    explain: str
    choices: tuple[tuple[str, str, str], ...]

    @property
    def sha256(self) -> str:
        """Hex hash of everything that the person read."""
        return hashlib.sha256(json.dumps(self.fields(), separators=(",", ":")).encode()).hexdigest()

    def fields(self) -> dict[str, Any]:
        """As JSON values, for a record."""
        return {
            "language": self.language,
            "text": self.text,
            "explain": self.explain,
            "choices": [list(choice) for choice in self.choices],
        }


@dataclass(frozen=True)
class Question:
    """A question in the source language; a change of any word must raise `version`, and then it is asked again.

    `about` (what data), `purpose`: for the consent record. `detail`: the choice that takes a typed value, or "".
    """

    id: str
    version: int
    text: str
    explain: str
    choices: tuple[Choice, ...]
    about: str = ""
    purpose: str = ""
    detail: str = ""
    first_login: bool = True

    @property
    def refusal(self) -> Choice:
        """The choice that allows nothing."""
        return next(choice for choice in self.choices if choice.refuses)

    @property
    def text_sha256(self) -> str:
        """Hex hash of the words in the source language, with their version."""
        return hashlib.sha256(f"{self.id} {self.version} {self.shown().sha256}".encode()).hexdigest()

    def choice(self, choice_id: object) -> Choice | None:
        """The choice of that id."""
        return next((one for one in self.choices if one.id == choice_id), None)

    def shown(self, translate: Callable[[str], str] = str, language: str = SOURCE_LANGUAGE) -> Shown:
        """The words as `translate` puts them into `language`."""

        def put(words: str) -> str:
            return translate(words) if words else ""

        choices = tuple((one.id, put(one.text), put(one.means)) for one in self.choices)
        return Shown(language, put(self.text), put(self.explain), choices)
