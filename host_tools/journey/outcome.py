"""Turns the app's errors into a reason and an exit code; what is not in the table is a bug and passes through."""

from __future__ import annotations

from dataclasses import asdict, is_dataclass
from typing import Any

from plainsight import wire

from companion_app.errors import AppError
from companion_app.redaction.errors import RedactionError
from companion_app.sharing.errors import ConsentError, DeliveryError, SharingError
from host_tools.exits import Exit
from host_tools.journey.report import Reason


class Stopped(Exception):
    """The run ends here, for a reason that belongs into the report."""

    def __init__(self, reason: Reason, exit_code: Exit) -> None:
        super().__init__(reason.message)
        self.reason = reason
        self.exit_code = exit_code


def refused(code: str, detail: dict[str, Any] | None = None) -> Stopped:
    """The glasses refused with a code of the wire's table."""
    return Stopped(Reason(code, wire.ERRORS.get(code, "the glasses refused"), detail or {}), Exit.REFUSED)


def declined() -> Stopped:
    """The person (or `--yes`, for a URL) did not agree."""
    return Stopped(Reason("declined", "nobody agreed to share, so nothing was shared"), Exit.NOT_SHARED)


def of_app_error(error: AppError) -> Stopped:
    """The reason and exit code of an error that a service of the app raised."""
    name = type(error).__name__
    if isinstance(error, ConsentError):
        return Stopped(Reason(name, f"the app refused to share: {error}", _data(error)), Exit.NOT_SHARED)
    if isinstance(error, DeliveryError):
        return Stopped(Reason(name, f"no answer: {error}", _data(error)), Exit.ENDPOINT)
    if isinstance(error, SharingError):
        return Stopped(Reason(name, str(error), _data(error)), Exit.ENDPOINT)
    if isinstance(error, RedactionError):
        return Stopped(Reason(name, f"not made fit to share: {error or name}", _data(error)), Exit.NOT_SHARED)
    return Stopped(Reason(name, f"the link failed: {error or name}", _data(error)), Exit.LINK)


def _data(error: AppError) -> dict[str, Any]:
    values: dict[str, Any] = dict(asdict(error)) if is_dataclass(error) else dict(vars(error))
    values = values.get("data", values) if isinstance(values.get("data"), dict) else values
    return {
        name: value if isinstance(value, int | float | bool | None) else str(value) for name, value in values.items()
    }
