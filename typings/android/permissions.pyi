# The module that python-for-android packs into every app, as far as the app uses it.
from collections.abc import Callable, Sequence

def request_permissions(
    permissions: Sequence[str], callback: Callable[[Sequence[str], Sequence[bool]], None] | None = None
) -> None: ...
def check_permission(permission: str) -> bool: ...
