"""What the app says, in the language of whoever reads it: gettext, and the dates and numbers around it. No Kivy.

English is the source: what a catalogue lacks is said in English. Services raise data and keep no words; where a text
of theirs is shown (a question of the first login), they mark it with N_ and whoever shows it translates it.
"""

from companion_app.language.dates import clock_words as clock_words
from companion_app.language.dates import date_words as date_words
from companion_app.language.dates import moment_words as moment_words
from companion_app.language.dates import weekday_words as weekday_words
from companion_app.language.known import KNOWN as KNOWN
from companion_app.language.known import SOURCE as SOURCE
from companion_app.language.known import Language as Language
from companion_app.language.known import nearest as nearest
from companion_app.language.messages import N_ as N_
from companion_app.language.messages import NN_ as NN_
from companion_app.language.messages import _ as _
from companion_app.language.messages import listed as listed
from companion_app.language.messages import ngettext as ngettext
from companion_app.language.messages import pgettext as pgettext
from companion_app.language.numbers import byte_count as byte_count
from companion_app.language.numbers import byte_words as byte_words
from companion_app.language.numbers import number as number
from companion_app.language.spoken import current as current
from companion_app.language.spoken import observe as observe
from companion_app.language.spoken import system_language as system_language
from companion_app.language.spoken import use as use
