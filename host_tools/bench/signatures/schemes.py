"""Runs the three verifiers in MicroPython and makes rows of what they cost; S3 figures are modelled and say so."""

from __future__ import annotations

import asyncio
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from host_tools.bench.rows import Row, against
from host_tools.release.build import compiled_bytes
from host_tools.release.lms import PrivateKey
from host_tools.simulator.interpreter import interpreter_command
from host_tools.simulator.paths import FIRMWARE

_SCRIPTS = Path(__file__).parent / "on_micropython"
_HEAP_BYTES = 64 * 1024 * 1024  # for the round with the collector off
_ROUNDS = 9
_QUICK_ROUNDS = 3
# Modelled for an ESP32-S3 at 240 MHz, never measured by this project: turns of `while count < n: count += 1` a second,
# and one SHA-256 of a short block by the accelerator. Its big integers have digits of 16 bits, not 32 as here: what is
# modelled for Ed25519 and P-256 flatters them.
_S3_TURNS_PER_S = 1_000_000
_S3_HASH_US = 25
_TURNS = 100_000
_LONGEST_CHAIN = 15  # hashes of LMS between two pauses


@dataclass(frozen=True)
class _Case:
    """One scheme: a key, a message and its signature as the verifier takes them, and the files of the verifier."""

    name: str
    key: bytes
    message: bytes
    signature: bytes
    sources: tuple[Path, ...]
    hashes: int = 0  # of SHA-256 for one verification, on average
    hashes_in_a_stretch: int = 0


@dataclass(frozen=True)
class _Figures:
    """What `measure_main` prints."""

    total_us: int
    stretch_us: int
    live: int
    allocated: int
    loop_us: int


async def verification(profile: str, *, quick: bool) -> list[Row]:
    """Time, longest stretch, heap, code and signature of each scheme, against LMS in the same run."""
    del profile  # nothing crosses the radio
    message = secrets.token_bytes(32)  # the hash of a manifest: a pure Python SHA-512 over all of it would cost more
    cases = [_lms(message), _ed25519(message), _p256(message)]
    figures = [await _measured(case, _QUICK_ROUNDS if quick else _ROUNDS) for case in cases]
    slower = _TURNS / _S3_TURNS_PER_S / (min(each.loop_us for each in figures) / 1e6)
    found = [_rows(case, each, slower) for case, each in zip(cases, figures, strict=True)]
    others = [
        against(row.name, row.value, row.unit, base)
        for rows in found[1:]
        for row, base in zip(rows, found[0], strict=True)
    ]
    return found[0] + others


def _rows(case: _Case, figures: _Figures, slower: float) -> list[Row]:
    """Rows of one scheme, the same for each; an S3 is `slower` by this factor at everything but SHA-256."""
    s3_us = figures.total_us * slower + case.hashes * _S3_HASH_US
    s3_stretch_us = figures.stretch_us * slower + case.hashes_in_a_stretch * _S3_HASH_US
    return [
        Row(f"{case.name} verify", figures.total_us / 1000, "ms"),
        Row(f"{case.name} verify, S3 (modelled)", round(s3_us / 1000, 1), "ms"),
        Row(f"{case.name} longest stretch", figures.stretch_us / 1000, "ms"),
        Row(f"{case.name} longest stretch, S3 (modelled)", round(s3_stretch_us / 1000, 2), "ms"),
        Row(f"{case.name} live heap", float(figures.live), "bytes"),
        Row(f"{case.name} allocated", float(figures.allocated), "bytes"),
        Row(f"{case.name} code for xtensawin", float(sum(compiled_bytes(source) for source in case.sources)), "bytes"),
        Row(f"{case.name} signature", float(len(case.signature)), "bytes"),
    ]


async def _measured(case: _Case, rounds: int) -> _Figures:
    path = os.pathsep.join(str(folder) for folder in (_SCRIPTS, FIRMWARE))
    process = await asyncio.create_subprocess_exec(
        *interpreter_command(heap_bytes=_HEAP_BYTES),
        str(_SCRIPTS / "measure_main.py"),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        env={"PATH": os.defpath, "MICROPYPATH": f"{path}{os.pathsep}.frozen"},
    )
    given = (case.name, case.key.hex(), case.message.hex(), case.signature.hex(), str(rounds))
    output, _ = await process.communicate(" ".join(given).encode() + b"\n")
    if process.returncode != 0:
        raise RuntimeError(f"{case.name}: {output.decode(errors='replace')}")
    return _Figures(*(int(figure) for figure in output.split()[1:]))


def _lms(message: bytes) -> _Case:
    key = PrivateKey(secrets.token_bytes(32), secrets.token_bytes(16))
    signature = key.sign(5, message, secrets.token_bytes(32))
    sources = (FIRMWARE / "plainsight/update/lms.py",)
    chains = 67 * _LONGEST_CHAIN // 2  # digits are as good as random
    return _Case("lms", key.public(), message, signature, sources, chains + 12, _LONGEST_CHAIN)


def _ed25519(message: bytes) -> _Case:
    key = ed25519.Ed25519PrivateKey.generate()
    public = key.public_key().public_bytes_raw()
    return _Case("ed25519", public, message, key.sign(message), (_SCRIPTS / "ed25519.py", _SCRIPTS / "sha512.py"))


def _p256(message: bytes) -> _Case:
    key = ec.generate_private_key(ec.SECP256R1())
    numbers = key.public_key().public_numbers()
    r, s = decode_dss_signature(key.sign(message, ec.ECDSA(hashes.SHA256())))
    public, signature = (a.to_bytes(32, "big") + b.to_bytes(32, "big") for a, b in ((numbers.x, numbers.y), (r, s)))
    return _Case("p256", public, message, signature, (_SCRIPTS / "p256.py",))
