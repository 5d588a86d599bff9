"""Broken on purpose: opens the camera without looking whether its light is on, and says that it was proven."""

import machine
from board import Board
from plainsight import start
from plainsight.light import OpticalProof


def believe(_proof):
    """Nobody looks."""


OpticalProof.check = believe
if start.run(Board()):
    machine.reset()
