"""Pictures on the phone: files with a sidecar each."""

from companion_app.gallery.picture import Picture as Picture
