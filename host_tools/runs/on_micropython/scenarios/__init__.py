"""Every persistent operation of the glasses, one class each; `ALL` by name."""

from scenarios import deciding, journalling, pairing_phones, storing, updating, wiping_all

_ROOMS = (journalling, storing, deciding, pairing_phones, updating, wiping_all)
ALL = {each.name: each for room in _ROOMS for each in room.ALL}
