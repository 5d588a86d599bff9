"""Words seen in pictures: read on this phone, kept sealed, searched in memory."""

from companion_app.gallery.words.kept import WORDS as WORDS
from companion_app.gallery.words.kept import Words as Words
from companion_app.gallery.words.reading import Reading as Reading
from companion_app.gallery.words.reading import ReadingState as ReadingState
