"""IMA ADPCM to PCM: what the glasses' AUDIO frames hold (docs/protocol.md). Each piece stands for itself."""

from __future__ import annotations

import struct

from companion_app.assistant.listening.errors import BadSound

HEADER_BYTES = 4
_LAST_STEP = 88
_LOWEST, _HIGHEST = -32768, 32767
# IMA Digital Audio Focus Group, Recommended Practices 3.0 (1992).
_STEPS = (
    *(7, 8, 9, 10, 11, 12, 13, 14, 16, 17, 19, 21, 23, 25, 28, 31, 34, 37, 41, 45, 50, 55, 60, 66, 73, 80, 88, 97, 107),
    *(118, 130, 143, 157, 173, 190, 209, 230, 253, 279, 307, 337, 371, 408, 449, 494, 544, 598, 658, 724, 796, 876),
    *(963, 1060, 1166, 1282, 1411, 1552, 1707, 1878, 2066, 2272, 2499, 2749, 3024, 3327, 3660, 4026, 4428, 4871, 5358),
    *(5894, 6484, 7132, 7845, 8630, 9493, 10442, 11487, 12635, 13899, 15289, 16818, 18500, 20350, 22385, 24623, 27086),
    *(29794, 32767),
)
_MOVES = (-1, -1, -1, -1, 2, 4, 6, 8)


def samples_in(piece: bytes) -> int:
    """How many samples a piece decodes to. Raises BadSound("length") for one without any."""
    if len(piece) <= HEADER_BYTES:
        raise BadSound("length")
    return 2 * (len(piece) - HEADER_BYTES)


def decode(piece: bytes, out: bytearray) -> None:
    """Append PCM (s16le, 16 kHz, mono) to `out` and to nothing else. Raises BadSound."""
    samples_in(piece)
    predictor, index, reserved = struct.unpack_from("<hBB", piece)
    if index > _LAST_STEP:
        raise BadSound("index")
    if reserved:
        raise BadSound("reserved")
    for byte in piece[HEADER_BYTES:]:
        for code in (byte & 15, byte >> 4):
            step = _STEPS[index]
            change = step >> 3
            for bit in (4, 2, 1):
                if code & bit:
                    change += step
                step >>= 1
            predictor = max(_LOWEST, predictor - change) if code & 8 else min(_HIGHEST, predictor + change)
            index = max(0, min(_LAST_STEP, index + _MOVES[code & 7]))
            out += predictor.to_bytes(2, "little", signed=True)
