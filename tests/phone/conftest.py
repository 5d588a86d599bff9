"""A display, where a window is opened."""

from tests.app.ui.conftest import display as display
from tests.app.ui.conftest import kivy as kivy
