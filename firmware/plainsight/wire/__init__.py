"""The wire format, which both ends share: tables, the codec of frames, the checks of bodies."""

from plainsight.wire.bodies import *
from plainsight.wire.codes import *
from plainsight.wire.errors import *
from plainsight.wire.frames import *
from plainsight.wire.pattern import *
from plainsight.wire.tables import *
