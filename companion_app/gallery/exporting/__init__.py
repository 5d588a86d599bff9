"""The owner's act of taking opened copies out of the app."""

from companion_app.gallery.exporting.exporting import Exported as Exported
from companion_app.gallery.exporting.exporting import Exporter as Exporter
