"""Pictures on the phone: files with a sidecar each, and the opening of sealed items."""

from companion_app.gallery.gallery import Gallery as Gallery
from companion_app.gallery.gallery import GalleryChange as GalleryChange
from companion_app.gallery.picture import Picture as Picture
from companion_app.gallery.unsealing import unseal as unseal
