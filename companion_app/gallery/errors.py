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
