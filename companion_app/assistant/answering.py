"""What was asked, and the words for what was found: templates, so that nothing is said that was not measured."""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import Enum

from companion_app.assistant.answer import Code, Facts


class Asked(Enum):
    """Questions that this device can answer, and one for all the others."""

    TEXT = "text"
    FACES = "faces"
    CODES = "codes"
    EVERYTHING = "everything"
    OTHER = "other"


# A pattern takes a whole question: "how many people wear hats" must not be answered with how many people there are.
_SCENE = r"(?:(?:in|on|at|of) )?(?:(?:this|that|the|my) )?(?:picture|photo|photograph|image|frame|scene|view|room|front of me|it|here|there|this|that)"
_SIGHT = rf"(?: (?:do|can) you (?:see|count|find)| are (?:there|here|visible)| is (?:there|here)| {_SCENE})*"
_THING = (
    r"(?:it|this|that|there|here|everything|(?:(?:the|this|that|any|all|all the) )?"
    r"(?:text|words?|sign|signs|label|screen|page|letter|note|poster|menu|board|display|writing|package|ticket))"
)
_CODE = (
    r"(?:(?:the|this|that|a|an|any) )?(?:qr|bar|qr ?codes?|bar ?codes?|aztec codes?|data ?matrix|codes?)(?: codes?)?"
)
_PATTERNS = {
    Asked.TEXT: (
        rf"what (?:does|do|did) {_THING} say(?: {_SCENE})*",
        rf"what (?:is|'s|does it)? ?(?:written|printed|say)(?: (?:on|in) {_THING})?(?: {_SCENE})*",
        rf"what text{_SIGHT}",
        rf"what (?:is|'s) {_THING}(?: {_SCENE})*",
        rf"(?:can you |could you )?read (?:me |out )?{_THING}(?: (?:to|for) me| out| aloud| out loud| {_SCENE})*",
        rf"is there (?:any |some )?(?:text|writing)(?: {_SCENE})*",
        r"read",
    ),
    Asked.FACES: (
        rf"how many (?:people|persons|faces|humans){_SIGHT}",
        rf"(?:count|find) (?:the |all |all the )?(?:people|persons|faces)(?: {_SCENE})*",
        rf"(?:is|are) there (?:anyone|anybody|someone|somebody|a person|a face|any faces?|people|any people)(?: {_SCENE})*",
        rf"(?:do|can) you see (?:anyone|anybody|people|any people|a face|any faces?)(?: {_SCENE})*",
    ),
    Asked.CODES: (
        rf"what (?:is|'s|does|do) {_CODE}(?: (?:say|mean|contain|hold|read))?(?: {_SCENE})*",
        rf"what (?:is|'s) (?:in|on|behind) {_CODE}",
        rf"(?:can you )?(?:read|scan|decode) {_CODE}(?: (?:to|for) me| {_SCENE})*",
        rf"(?:is there|are there|do you see|can you see) {_CODE}(?: {_SCENE})*",
        rf"where does {_CODE} (?:go|lead|point)(?: to)?",
        r"scan(?: it| this| that)?",
    ),
    Asked.EVERYTHING: (
        rf"what (?:do|can) you (?:see|find|recogni[sz]e|make out)(?: {_SCENE})*",
        rf"describe {_SCENE}(?: (?:to|for) me)?",
        rf"describe (?:what you see|what is {_SCENE}|everything)",
        r"describe",
        rf"what (?:is|'s) (?:there|here|this|that|it|{_SCENE})",
        rf"what am i looking at|what (?:is|'s) in front of me",
    ),
}
_COMPILED = {
    asked: re.compile("|".join(f"(?:{pattern})" for pattern in patterns)) for asked, patterns in _PATTERNS.items()
}
_ORDER = (Asked.CODES, Asked.FACES, Asked.EVERYTHING, Asked.TEXT)
_MAX_UNDERSTOOD_CHARACTERS = 200

CANNOT = (
    "I can't answer that on this device. "
    "Here I can read text, count faces, and decode QR and bar codes: "
    "ask what it says, how many people there are, what the code is, or what I see."
)


def understand(question: str) -> Asked:
    """Which of the answerable questions this is; only when the whole of it is understood."""
    words = re.sub(r"[^a-z' ]+", " ", question.lower().replace("’", "'"))
    words = re.sub(r"\b(?:please|hey|ok|okay|now)\b", " ", words)
    words = " ".join(words.replace("what's", "what is").split())
    if len(words) <= _MAX_UNDERSTOOD_CHARACTERS:
        for asked in _ORDER:
            if _COMPILED[asked].fullmatch(words):
                return asked
    return Asked.OTHER


def word(asked: Asked, facts: Facts) -> str:
    """The answer to `asked` from what was found."""
    match asked:
        case Asked.TEXT:
            return say_text(facts.text or ())
        case Asked.FACES:
            return say_faces(facts.faces or 0)
        case Asked.CODES:
            return say_codes(facts.codes or ())
        case Asked.EVERYTHING:
            return say_everything(facts.text or (), facts.faces or 0, facts.codes or ())
        case Asked.OTHER:
            return CANNOT


def say_text(lines: tuple[str, ...]) -> str:
    """The lines as read, and that reading can fail."""
    if not lines:
        return "I find no text that I can read. Small, blurred or handwritten text may be missed."
    return f"It says:\n{_joined(lines)}\nI may have misread or missed some of it."


def say_faces(count: int) -> str:
    """The number, and what a count of faces does not tell."""
    if count == 0:
        return "I find no face. People who are small, turned away or covered may be missed."
    if count == 1:
        return "I count 1 face. Small, turned or covered ones may be missed."
    return f"I count {count} faces. Small, turned or covered ones may be missed."


def say_codes(codes: tuple[Code, ...]) -> str:
    """Each code's kind and content; a code's check digits make misreading unlikely, not its content true."""
    if not codes:
        return "I find no QR or bar code that I can read."
    if len(codes) == 1:
        return f"I find 1 code ({codes[0].kind}): {codes[0].text}"
    return f"I find {len(codes)} codes:\n{_joined(f'{code.kind}: {code.text}' for code in codes)}"


def say_everything(lines: tuple[str, ...], faces: int, codes: tuple[Code, ...]) -> str:
    """All three, after saying that other things are not seen at all."""
    parts = [
        "On this device I see only text, faces and codes; anything else goes unnoticed.",
        say_faces(faces),
        say_text(lines),
        say_codes(codes),
    ]
    return "\n".join(parts)


def _joined(lines: Iterable[str]) -> str:
    return "\n".join(lines)
