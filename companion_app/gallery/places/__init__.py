"""Where this phone was when it imported a picture: only for owners who switched that on, and gone when they end it."""

from companion_app.gallery.places.places import PLACES as PLACES
from companion_app.gallery.places.places import SPOTS as SPOTS
from companion_app.gallery.places.places import Place as Place
from companion_app.gallery.places.places import Places as Places
