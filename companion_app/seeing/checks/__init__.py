"""Is this line a card's, a document's, a plate's or a contact? Pure checks on text and places; no pixels, no numpy."""

from companion_app.seeing.checks.classify import Writing as Writing
from companion_app.seeing.checks.classify import classify as classify
