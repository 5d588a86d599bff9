"""What can go wrong with what is asked of the glasses, before they are asked or after they agreed."""

from __future__ import annotations

from companion_app.errors import AppError


class ControlError(AppError):
    """Base of this package's errors."""


class ClipLost(ControlError):
    """The glasses began clip `item` and no clip came of it; `reason` is their word for its end, where they gave one."""

    def __init__(self, item: int, reason: str | None) -> None:
        super().__init__(item, reason)
        self.item = item
        self.reason = reason


class UnknownSetting(ControlError):
    """No setting has this name."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


class BadSetting(ControlError):
    """The value is outside what `wire.SETTINGS` allows for this setting."""

    def __init__(self, name: str, value: object) -> None:
        super().__init__(name, value)
        self.name = name
        self.value = value


class VoiceNeedsAnswers(ControlError):
    """The voice policy follows from the owner's recorded answers alone; it is no setting like the others."""


class ReleaseTooLarge(ControlError):
    """A release of this size is empty or more than the glasses take."""

    def __init__(self, size: int, limit: int) -> None:
        super().__init__(size, limit)
        self.size = size
        self.limit = limit


class UnknownPhone(ControlError):
    """No paired phone has this number."""

    def __init__(self, phone: int) -> None:
        super().__init__(phone)
        self.phone = phone


class NotCompared(ControlError):
    """The key is shared only after people compared the code of that phone."""

    def __init__(self, phone: int) -> None:
        super().__init__(phone)
        self.phone = phone


class PhoneChanged(ControlError):
    """Since the codes were compared, another phone has taken this number."""

    def __init__(self, phone: int) -> None:
        super().__init__(phone)
        self.phone = phone


class BadName(ControlError):
    """A name for glasses is longer than `limit` characters, or holds some that cannot be shown."""

    def __init__(self, name: str, limit: int) -> None:
        super().__init__(name, limit)
        self.name = name
        self.limit = limit


class UnknownGlasses(ControlError):
    """This phone is not paired with any glasses of this short name."""

    def __init__(self, glasses: str) -> None:
        super().__init__(glasses)
        self.glasses = glasses
