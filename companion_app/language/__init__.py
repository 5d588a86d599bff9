"""What the app says, in the language of whoever reads it: gettext, and the dates and numbers around it. No Kivy.

English is the source: what a catalogue lacks is said in English. Services raise data and keep no words; where a text
of theirs is shown (a question of the first login), they mark it with N_ and whoever shows it translates it.
"""

from companion_app.language.known import KNOWN as KNOWN
from companion_app.language.known import SOURCE as SOURCE
from companion_app.language.known import Language as Language
from companion_app.language.known import nearest as nearest
from companion_app.language.messages import N_ as N_
from companion_app.language.messages import _ as _
from companion_app.language.messages import ngettext as ngettext
from companion_app.language.messages import pgettext as pgettext
from companion_app.language.spoken import current as current
from companion_app.language.spoken import observe as observe
from companion_app.language.spoken import system_language as system_language
from companion_app.language.spoken import use as use
