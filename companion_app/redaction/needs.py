"""What a question needs to see, by its words alone; a question that is not understood needs nothing, and masks all."""

from __future__ import annotations

import re

from companion_app.redaction.kind import Kind

_MAX_WORDS = 60


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# What asks for letters by itself, and what does so only of something that carries letters.
_READS = _words("read reads reading translate translates translation spell spelled transcribe pronounce")
_SAYS = _words("say says said saying written write writes mean means print printed state states list lists")
_CARRIERS = _words(
    "sign signs text label labels menu menus poster posters page pages letter letters note notes notice billboard "
    "leaflet receipt recipe instructions heading headline title caption ingredients timetable schedule price prices "
    "word words writing inscription package packaging bottle box book newspaper board whiteboard blackboard"
)
_CODES = _words("qr qrcode qrcodes barcode barcodes aztec datamatrix")
_SCANS = _words("scan decode") | _READS
_SCREENS = _words("screen screens monitor monitors display displays television tv laptop")
_PLATES = _words("plate plates numberplate numberplates")
# No "number" by itself: cards, rooms and buses have one, too.
_CONTACTS = _words("phone telephone call email e-mail address contact")
# "Ignore the sign" would be turned into its opposite.
_NOT = _words(
    "not don't dont don’t doesn't doesn’t never without ignore ignoring except besides beside near behind hide mask "
    "but skip omit exclude remove blur redact other"
)
_LEAVE_OUT = re.compile(r"\b(?:leave|leaving|left)\b.*\bout\b", re.DOTALL)


def needs(question: str) -> frozenset[Kind]:
    """Kinds that the question can't be answered without; English only. Faces, cards and documents are never needed:
    those the owner unmasks one by one."""
    ordered = re.findall(r"[^\W_]+(?:['’-][^\W_]+)*", question.lower())
    words = frozenset(ordered)
    if len(ordered) > _MAX_WORDS or words & _NOT or _LEAVE_OUT.search(question.lower()):
        return frozenset()
    carried = bool(words & _CARRIERS)
    if words & _CODES or ("code" in words and words & _SCANS):
        return frozenset({Kind.CODE, Kind.TEXT} if carried else {Kind.CODE})
    says = bool(words & (_SAYS | _READS)) or _is_on_something(ordered)
    if not says:
        return frozenset()
    if words & _PLATES:
        return frozenset({Kind.PLATE})
    needed: set[Kind] = set()
    if carried or words & _READS:
        needed.add(Kind.TEXT)
    if words & _SCREENS:
        needed |= {Kind.TEXT, Kind.SCREEN}
    if needed and words & _CONTACTS:
        needed.add(Kind.CONTACT)
    return frozenset(needed)


def _is_on_something(ordered: list[str]) -> bool:
    """ "What is on the menu?": "on" and, within three words, what carries letters."""
    carriers = _CARRIERS | _SCREENS
    return any(word == "on" and carriers.intersection(ordered[at + 1 : at + 4]) for at, word in enumerate(ordered))
