"""`plainsight release`: make a release key, sign firmware with it, check what others signed."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from host_tools.cli.parsing import Commands, add_command
from host_tools.exits import Exit, UsageError

if TYPE_CHECKING:
    from host_tools.release.release import Release

_FIRMWARE = Path(__file__).resolve().parents[2] / "firmware"
_EXAMPLES = """\
  plainsight release keygen keys/release          writes keys/release, keys/release.pub and keys/release.state
  plainsight provision --flash glasses.img --release-key keys/release.pub
  plainsight release sign keys/release            compiles firmware/ for the board and signs it
  plainsight release sign keys/release --virtual --out build    for virtual glasses: compiled for this computer
  plainsight release sign keys/release --source --out build     ships .py files, which both take
  plainsight release verify FILE --key keys/release.pub
  plainsight release show FILE
  plainsight update FILE                          sends it to the glasses

Each signature spends one of the key's 1024 one-time keys; the .state file says which. It must never go back: leave it
out of backups and never sign with copies of the key on two computers. If it is lost, `sign` says what to do.

"""


def add_parser(commands: Commands) -> None:
    """Add `release` to the command line."""
    parser = add_command(
        commands,
        "release",
        summary="make a release key, sign and verify releases of the firmware",
        description="A release is one file: a manifest with version, board and the hash of every file, its signature, "
        "and the files. Glasses take it only from the key that was pinned when they were provisioned.",
        examples=_EXAMPLES,
        codes=(Exit.OK, Exit.FAILED, Exit.USAGE, Exit.HOST, Exit.KEYWORD, Exit.INTERRUPTED),
    )
    acts = parser.add_subparsers(dest="act", metavar="ACT", required=True)
    _add_keygen(acts)
    _add_sign(acts)
    _add_verify(acts)
    _add_show(acts)


def _add_keygen(acts: Commands) -> None:
    parser = acts.add_parser(
        "keygen",
        help="make a new release key; nothing is overwritten",
        epilog="examples:\n  plainsight release keygen keys/release",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "key", type=Path, metavar="KEY", help="file for the secret; KEY.pub and KEY.state come beside it"
    )
    parser.set_defaults(run=_keygen)


def _add_sign(acts: Commands) -> None:
    parser = acts.add_parser(
        "sign",
        help="build a release of the firmware and sign it",
        description="Build a release and sign it. KEY.state says which one-time keys are spent and is written before\n"
        "the signature is made. Where it was lost, look up the highest number in all releases ever signed\n"
        "(`plainsight release show`) and go on well above it, once, with --spent-up-to.",
        epilog="examples:\n  plainsight release sign keys/release --out build --floor 0.1.0\n"
        "  plainsight release sign keys/release --spent-up-to 60     after keys/release.state was lost",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("key", type=Path, metavar="KEY", help="the file that keygen made")
    parser.add_argument("--board", default="xiao_esp32s3", help="a folder of firmware/boards (default: %(default)s)")
    parser.add_argument("--firmware", type=Path, default=_FIRMWARE, metavar="DIR", help="default: this repository's")
    kind = parser.add_mutually_exclusive_group()
    kind.add_argument("--source", action="store_true", help="ship .py files instead of compiled ones")
    kind.add_argument("--virtual", action="store_true", help="compile for the virtual board, not for the real one")
    parser.add_argument(
        "--keyword", type=Path, metavar="FILE", help="a model of own words in the place of the one that ships"
    )
    parser.add_argument(
        "--out", type=Path, default=Path(), metavar="DIR", help="folder for the release (default: here)"
    )
    parser.add_argument(
        "--floor",
        type=_version,
        metavar="VERSION",
        help="oldest version that glasses take once this one is confirmed (default: this version: no way back)",
    )
    parser.add_argument(
        "--spent-up-to", type=int, metavar="NUMBER", help="go on after the .state file was lost; see the error it gives"
    )
    parser.set_defaults(run=_sign)


def _add_verify(acts: Commands) -> None:
    parser = _reader(
        acts,
        "verify",
        summary="check a release as the glasses would; exit code 1 if they would refuse it",
        example="plainsight release verify FILE --key keys/release.pub",
        run=_verify,
    )
    parser.add_argument("--key", type=Path, required=True, metavar="KEY.pub", help="the public key to trust")
    parser.add_argument("--board", metavar="NAME", help="the board's name as `plainsight status` shows it")
    parser.add_argument("--floor", type=_version, metavar="VERSION", help="the oldest version that is taken")


def _add_show(acts: Commands) -> None:
    parser = _reader(
        acts,
        "show",
        summary="what a release says of itself; nothing is trusted",
        example="plainsight release show FILE --files",
        run=_show,
    )
    parser.add_argument("--files", action="store_true", help="also list every file")


def _reader(
    acts: Commands, name: str, *, summary: str, example: str, run: Callable[[argparse.Namespace], int]
) -> argparse.ArgumentParser:
    """An act that reads a release."""
    parser = acts.add_parser(
        name, help=summary, epilog=f"examples:\n  {example}", formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("file", type=Path, metavar="FILE", help="what `plainsight release sign` wrote")
    parser.set_defaults(run=run)
    return parser


def _version(text: str) -> str:
    from plainsight.update import versions
    from plainsight.update.errors import BadRelease

    try:
        versions.parse(text)
    except BadRelease as error:
        raise argparse.ArgumentTypeError(f"{text!r} is not a version, such as 0.2.0") from error
    return text


def _keygen(options: argparse.Namespace) -> int:
    from host_tools.release.key_file import create

    key = create(options.key)
    print(f"{key.path}        the secret: keep a copy off this computer")
    print(f"{key.path}.pub    for `plainsight provision --release-key`")
    print(f"{key.state}  says which of {key.private.signatures} signatures are spent: never bring back an old one")
    return Exit.OK


def _sign(options: argparse.Namespace) -> int:
    from host_tools.release import key_file
    from host_tools.release.build import VIRTUAL_ARCHITECTURE, build
    from host_tools.release.release import ENDING, read, sign

    key = key_file.load(options.key)
    if not options.out.is_dir():
        raise UsageError(f"--out {options.out}: there is no such folder")
    architecture = VIRTUAL_ARCHITECTURE if options.virtual else None
    made = build(
        options.firmware,
        options.board,
        compiled=not options.source,
        architecture=architecture,
        keyword=options.keyword,
    )
    if options.spent_up_to is not None:
        if not 0 <= options.spent_up_to < key.private.signatures:
            raise UsageError(f"--spent-up-to takes 0 to {key.private.signatures - 1}")
        key.renew_state(options.spent_up_to)
    board = f"{options.board}-virtual" if options.virtual else options.board
    output = options.out / f"plainsight-{made.version}-{board}{ENDING}"
    left = sign(made, key, output, floor=options.floor)
    _print(read(output))
    print(f"signatures  {left} left on this key")
    if left < 32:
        print("few signatures are left: make the next key and provision new glasses with it", file=sys.stderr)
    return Exit.OK


def _verify(options: argparse.Namespace) -> int:
    from host_tools.release.key_file import load_public
    from host_tools.release.release import verify

    release = _opened(
        options.file, lambda: verify(options.file, load_public(options.key), options.board, options.floor)
    )
    _print(release)
    print("verified    signed by this key, every file whole")
    return Exit.OK


def _show(options: argparse.Namespace) -> int:
    from host_tools.release.release import read

    release = _opened(options.file, lambda: read(options.file))
    _print(release)
    print("signature   not checked: `plainsight release verify` does")
    if options.files:
        for path, size, sha256 in release.manifest.files:
            print(f"{size:8d}  {sha256}  {path}")
    return Exit.OK


def _opened(path: Path, act: Callable[[], Release]) -> Release:
    try:
        return act()
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}") from error


def _print(release: Release) -> None:
    print(f"release     {release.path}")
    print(f"version     {release.manifest.version}, no way back below {release.manifest.floor}")
    print(f"board       {release.manifest.board}")
    print(f"files       {len(release.manifest.files)}, {release.manifest.body_bytes} bytes")
    print(f"size        {release.size} bytes, sha256 {release.sha256}")
    print(f"number      {release.number} of its key's signatures")
