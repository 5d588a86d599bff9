"""How long single operations may stop everything else, in one table; the microphone's buffer outlasts the longest.

Not measured on a board: from datasheets and from timings of others (docs/sound.md says which). What takes longer is
cut into steps by its own module. A camera that hangs (up to 4 s) is a fault, and what the microphone loses then is
counted as an overrun.
"""

from plainsight.compat import const

# operation: longest stall, ms
STALLS_MS = {
    "one block for the keyword: a step of the network, three hops of the front end": 10,
    "collection of the heap": 25,
    "erasing one block of flash": 60,
    "one chunk sealed and written": 60,
    "one look at a clip that was cut": 70,
    "one frame from the camera at its slowest size": 100,
    "one flight of a TLS handshake": 300,
}
BUFFER_MS = const(304)  # whole DMA buffers of 8 ms
