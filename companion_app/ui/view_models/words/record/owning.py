"""Records of what the owner decided: answers, glasses, phones, keys, settings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from companion_app.language import _, ngettext
from companion_app.language import number as in_words
from companion_app.ui.view_models.words.record.telling import Data, Group, Kind, Told, inside, joined, number, text


def _consent(data: Data) -> Told:
    """In the words that were shown, where the record has kept them."""
    question, choice = text(data, "question"), text(data, "choice")
    match data:
        case {"processing": {"privacy_notice": {"text": str(), "choices": rows}}}:
            question = text(inside(inside(data, "processing"), "privacy_notice"), "text")
            choice = _choice_words(rows, choice)
        case _:
            pass
    return Told(_('You answered "{question}"', question=question), _('Your answer: "{choice}"', choice=choice))


def _choice_words(rows: object, choice: str) -> str:
    for row in cast("list[object]", rows) if isinstance(rows, list) else ():
        match row:
            case [str(identity), str(words), str()] if identity == choice:
                return text({"words": words}, "words")
            case _:
                continue
    return choice


def _question_kept(data: Data) -> Told:
    seconds = number(data, "sound_ms") / 1000
    return Told(
        _("A question of yours was kept on this phone"),
        joined(
            _("Its words.") if data.get("words") else "",
            _("{seconds} seconds of your voice.", seconds=in_words(seconds, 1)) if seconds else "",
        ),
    )


def _question_forgotten(data: Data) -> Told:
    reasons = {
        "time": _("Their time was up."),
        "answers": _("Your answers say so."),
        "picture": _("Their picture was deleted."),
    }
    count = number(data, "count")
    part = _("What was left of them stays.") if data.get("part") else ""
    title = ngettext("{n} question was forgotten", "{n} questions were forgotten", count)
    return Told(title, joined(reasons.get(text(data, "why"), ""), part))


def _voice_default(data: Data) -> Told:
    del data
    return Told(_("Nothing was answered about your voice, so the microphone stays off"))


def _voice_policy(data: Data) -> Told:
    policies = {
        "off": _("The microphone is off."),
        "keyword": _("They may listen for the keyword; no sound leaves them."),
        "stream": _("They may listen for the keyword, and send what you say after it to this phone."),
    }
    return Told(_("The glasses confirmed what they may do with your voice"), policies.get(text(data, "voice"), ""))


def _pairing(data: Data) -> Told:
    owner = _("This phone opens their pictures.") if data.get("owner") else _("Another phone owns their pictures.")
    return Told(_("This phone was paired with the glasses"), owner)


def _unpairing(data: Data) -> Told:
    del data
    return Told(_("You unpaired this phone from the glasses"))


def _revoke(data: Data) -> Told:
    return Told(_("You removed phone {phone} from the glasses", phone=number(data, "phone")))


def _invite(data: Data) -> Told:
    del data
    return Told(_("You invited another phone"))


def _phrase_shown(data: Data) -> Told:
    del data
    return Told(
        _("The recovery phrase was shown"), _("Whoever has read it can open the pictures on the glasses and pair anew.")
    )


def _key_restored(data: Data) -> Told:
    del data
    return Told(_("Your key was restored from the recovery phrase"))


def _key_shared(data: Data) -> Told:
    return Told(
        _("You shared your key with another phone"),
        _("Its name: {name}. It opens your pictures, too.", name=text(data, "name")),
    )


def _key_received(data: Data) -> Told:
    del data
    return Told(_("This phone received the owner's key"))


def _settings(data: Data) -> Told:
    changes = inside(data, "changes")
    listed = ", ".join(f"{text({'n': name}, 'n')}: {text(changes, name)}" for name in changes)
    title = ngettext("You changed a setting of the glasses", "You changed settings of the glasses", len(changes))
    return Told(title, listed)


def _card(data: Data) -> Told:
    return Told(_("You adopted the SD card in the glasses"), _("Its state: {state}.", state=text(data, "card")))


def _update(data: Data) -> Told:
    return Told(_("The glasses installed the update {version}", version=text(data, "version")))


OWNING: Mapping[str, Kind] = {
    "consent": Kind(Group.ANSWERS, "clipboard-check-outline", _consent),
    "question_kept": Kind(Group.ANSWERS, "comment-question-outline", _question_kept),
    "question_forgotten": Kind(Group.ANSWERS, "eraser-variant", _question_forgotten),
    "voice_default": Kind(Group.ANSWERS, "microphone-off", _voice_default),
    "voice_policy": Kind(Group.ANSWERS, "microphone-outline", _voice_policy),
    "pairing": Kind(Group.DEVICES, "glasses", _pairing),
    "unpairing": Kind(Group.DEVICES, "glasses", _unpairing),
    "revoke": Kind(Group.DEVICES, "cellphone-remove", _revoke),
    "invite": Kind(Group.DEVICES, "cellphone", _invite),
    "phrase_shown": Kind(Group.DEVICES, "key-outline", _phrase_shown),
    "key_restored": Kind(Group.DEVICES, "key-outline", _key_restored),
    "key_shared": Kind(Group.DEVICES, "key-outline", _key_shared),
    "key_received": Kind(Group.DEVICES, "key-outline", _key_received),
    "settings": Kind(Group.DEVICES, "cog-outline", _settings),
    "card": Kind(Group.DEVICES, "sd", _card),
    "update": Kind(Group.DEVICES, "update", _update),
}
