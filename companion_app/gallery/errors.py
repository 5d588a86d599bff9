"""What can go wrong with pictures."""

from __future__ import annotations

from companion_app.errors import AppError


class GalleryError(AppError):
    """Base of the gallery's errors; `picture` is the picture's id."""

    def __init__(self, picture: str) -> None:
        super().__init__(picture)
        self.picture = picture


class PictureGone(GalleryError):
    """No such picture, or its file is gone."""


class PictureDamaged(GalleryError):
    """The file is not the picture that was imported."""


class CannotOpen(AppError):
    """A sealed blob was not opened and nothing of it was kept; `fault` is a short word.

    `not_sealed`, `bad_length`, `bad_index`, `bad_point`, `not_for_this_owner_or_changed`, `bad_padding`, `bad_records`,
    `bad_description`, `cut_short`, `no_frame`, `not_a_picture`, `picture_changed`, `another_item`, `another_picture`.
    """

    def __init__(self, fault: str) -> None:
        super().__init__(fault)
        self.fault = fault


class CannotPlay(AppError):
    """A clip's file that cannot be looked at; `fault`: `not_avi`, `cut_short`, `no_rate`, `no_frame`, `too_long`."""

    def __init__(self, fault: str) -> None:
        super().__init__(fault)
        self.fault = fault


class ItemLeft(AppError):
    """Base of what leaves one item on the glasses because of `cause`, while the others went on."""

    def __init__(self, item: int, cause: AppError) -> None:
        super().__init__(item, cause)
        self.item = item
        self.cause = cause


class ItemNotImported(ItemLeft):
    """An item could not be imported, or its import not be confirmed; it is tried again at the next round."""


class ItemNotErased(ItemLeft):
    """An item that was deleted here could not be erased there; it is tried again at the next visit."""


class GalleryFull(AppError):
    """The picture could not be written; nothing was kept."""

    def __init__(self, errno: int | None) -> None:
        super().__init__(errno)
        self.errno = errno


class NoSpaceLeft(AppError):
    """An import was not begun, because it would leave too little room on this phone; what waits stays on the glasses.

    `free_bytes` are left, `needed_bytes` would have to be.
    """

    def __init__(self, free_bytes: int, needed_bytes: int) -> None:
        super().__init__(free_bytes, needed_bytes)
        self.free_bytes = free_bytes
        self.needed_bytes = needed_bytes


class NotExported(AppError):
    """An export ended early; `written` copies are whole, and no piece of another is left.

    `fault`: `no_folder`, `own_folder` (the app's data lies there, sealed), or the system's word for what failed.
    """

    def __init__(self, fault: str, written: int) -> None:
        super().__init__(fault, written)
        self.fault = fault
        self.written = written


class NotTheOwner(AppError):
    """These glasses seal to another phone's key (hex), so this phone cannot open what they hold."""

    def __init__(self, owner_key: str) -> None:
        super().__init__(owner_key)
        self.owner_key = owner_key
