"""Every persistent operation of the glasses, one class each; `ALL` by name."""

from scenarios import deciding, journalling, pairing_phones, storing, updating

ALL = {each.name: each for room in (journalling, storing, deciding, pairing_phones, updating) for each in room.ALL}
