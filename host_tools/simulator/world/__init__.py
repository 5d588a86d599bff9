"""The physics around the virtual board, a small file for each piece; times are microseconds of one monotonic clock."""

from host_tools.simulator.world.world import World

__all__ = ["World"]
