"""Records of what was taken, brought to the phone, looked at, and deleted."""

from __future__ import annotations

from collections.abc import Mapping

from companion_app.language import _, ngettext
from companion_app.language import number as in_words
from companion_app.ui.view_models.words.light import light_words
from companion_app.ui.view_models.words.live import ended_words
from companion_app.ui.view_models.words.measures import length
from companion_app.ui.view_models.words.record.telling import Data, Group, Kind, Told, inside, joined, number, text


def trigger_words(trigger: str) -> str:
    """What made the glasses take it, in a sentence; an unknown trigger is named."""
    sentences = {
        "app": _("Taken from the app."),
        "button": _("Taken with the button."),
        "keyword": _("Taken when you said the keyword."),
        "burst": _("Taken in a burst."),
        "timelapse": _("Taken by the time-lapse."),
        "": "",
    }
    return sentences.get(trigger, _("Taken by: {trigger}.", trigger=trigger))


def light_sentence(level: str, verdict: str) -> str:
    """What its light proves, in one short sentence."""
    return light_words({"level": level, "verdict": verdict}).title + "."


def _import(data: Data) -> Told:
    light = inside(data, "light")
    return Told(
        _("Item {item} came to this phone", item=number(data, "item")),
        joined(trigger_words(text(data, "trigger")), light_sentence(text(light, "level"), text(light, "verdict"))),
    )


def _imported(data: Data) -> Told:
    erased = _("They erased their copy.") if data.get("erased") else _("They still keep their copy.")
    return Told(_("The glasses know that item {item} is on this phone", item=number(data, "item")), erased)


def _delete(data: Data) -> Told:
    return Told(
        _("You deleted item {item}", item=number(data, "item")),
        _("Which picture it was, no record can tell any more."),
    )


def _deleted_there(data: Data) -> Told:
    return Told(_("The glasses erased item {item}", item=number(data, "item")))


def _live(data: Data) -> Told:
    if data.get("state") != "ended":
        level = text(data, "level")
        return Told(
            _("You began to look through the glasses"),
            joined(
                _("For {time} at most.", time=length(number(data, "seconds"))),
                _("The level of its light: {level}.", level=level) if level else "",
            ),
        )
    frames = number(data, "frames")
    return Told(
        _("Looking through the glasses ended"),
        joined(
            ended_words(text(data, "reason")),
            ngettext("{n} picture.", "{n} pictures.", frames),
        ),
    )


def _question(data: Data) -> Told:
    if data.get("state") != "ended":
        return Told(_("You began to ask aloud, about item {item}", item=number(data, "item")))
    became = (
        _("It became words on this phone; the sound was forgotten.")
        if data.get("became") == "words"
        else _("It was forgotten.")
    )
    seconds = in_words(number(data, "ms") / 1000, 1)
    return Told(_("Your spoken question ended"), joined(_("{seconds} seconds of sound.", seconds=seconds), became))


def _exported(data: Data) -> Told:
    count = max(number(data, "count"), number(data, "items"))
    title = ngettext("You exported {n} picture", "You exported {n} pictures", count)
    return Told(title, _("The copies lie open where you put them: this app does not protect them."))


TAKING: Mapping[str, Kind] = {
    "import": Kind(Group.TAKEN, "image-outline", _import),
    "imported": Kind(Group.DEVICES, "check", _imported),
    "delete": Kind(Group.TAKEN, "delete-outline", _delete),
    "deleted_on_glasses": Kind(Group.TAKEN, "delete-outline", _deleted_there),
    "live": Kind(Group.TAKEN, "video-outline", _live),
    "question": Kind(Group.TAKEN, "microphone-outline", _question),
    "export": Kind(Group.TAKEN, "export-variant", _exported),
}
