"""The words for what was found: templates, so that nothing is said that was not measured."""

from __future__ import annotations

from companion_app.assistant.answer import Code, Facts
from companion_app.assistant.questions import Asked

CANNOT = (
    "I can't answer that on this device. "
    "Here I can read text, count faces, and decode QR and bar codes: "
    "ask what it says, how many people there are, what the code is, or what I see."
)
_ONLY = "On this device I see only text, faces and codes; anything else goes unnoticed."
_FACES_MISSED = "Small, turned or covered ones may be missed."


def word(asked: Asked, facts: Facts) -> str:
    """The answer to `asked` from what was found."""
    text, faces, codes = facts.text or (), facts.faces or 0, facts.codes or ()
    match asked:
        case Asked.TEXT:
            return say_text(text)
        case Asked.FACES:
            return say_faces(faces)
        case Asked.CODES:
            return say_codes(codes)
        case Asked.EVERYTHING:
            return "\n".join((_ONLY, say_faces(faces), say_text(text), say_codes(codes)))
        case Asked.OTHER:
            return CANNOT


def say_text(lines: tuple[str, ...]) -> str:
    """The lines as read, and that reading can fail."""
    if not lines:
        return "I find no text that I can read. Small, blurred or handwritten text may be missed."
    return "\n".join(("I read:", *lines, "I may have misread or missed some of it."))


def say_faces(count: int) -> str:
    """The number, and what a count of faces does not tell."""
    if count == 0:
        return "I find no face. People who are small, turned away or covered may be missed."
    if count == 1:
        return f"I count 1 face. {_FACES_MISSED}"
    return f"I count {count} faces. {_FACES_MISSED}"


def say_codes(codes: tuple[Code, ...]) -> str:
    """Each code's kind and content; its check digits make misreading unlikely, not its content true."""
    if not codes:
        return "I find no QR or bar code that I can read."
    if len(codes) == 1:
        return f"I find 1 code ({codes[0].kind}): {codes[0].text}"
    return "\n".join((f"I find {len(codes)} codes:", *(f"{code.kind}: {code.text}" for code in codes)))
