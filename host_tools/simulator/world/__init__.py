"""The physics around the virtual board, a small file for each piece.

Units: times are integer microseconds of one monotonic clock (seconds only in Exposure), voltages millivolts, currents
multiples of the LED's nominal one, duty 0 to 65535. Readings carry no noise; frames do.

Not modelled: light that the LED throws on the scene, brown-out, button bounce, the thermal and ageing behaviour of any
part, a rolling shutter finer than "exposure begins one frame interval before the readout", formats other than JPEG.
"""

from host_tools.simulator.world.world import World

__all__ = ["World"]
