"""`plainsight flash`: MicroPython with a camera onto a board, then the application; says what is lost, and asks."""

from __future__ import annotations

import argparse
import asyncio
import json
from dataclasses import asdict
from typing import TYPE_CHECKING

from host_tools.cable.ports import PortInfo
from host_tools.cable.reconnecting import wait_until_listed
from host_tools.cable.target import SIM, add_target_option, open_target, resolve
from host_tools.cable.usb_ids import Kind
from host_tools.cli.output import Tenths, add_json_option
from host_tools.cli.parsing import Commands, add_command
from host_tools.cli.terminal import confirm, say
from host_tools.exits import Exit, UsageError

if TYPE_CHECKING:
    from host_tools.deploying import Deployed
    from host_tools.flashing.flash import Flashed
    from host_tools.flashing.sources import Image, Sources

_CODES = (Exit.OK, Exit.USAGE, Exit.NOT_SHARED, Exit.HOST, Exit.BOARD, Exit.IMAGE, Exit.INTERRUPTED)
_ENUMERATED_S = 10.0
_EXAMPLES = """\
  plainsight flash --list                               the images that are known, and where they are published
  plainsight flash                                      the only board that is plugged in; fetches the image
  plainsight flash --image firmware.bin --sha256 HEX    without a network: a file whose hash you have compared
  plainsight flash --target /dev/ttyACM0 --yes          this port, without a question
  plainsight flash --target sim                         rehearse on the virtual board (simulated)

Everything on the board is erased, pictures and keys too; interrupted anywhere, the same command begins anew. A board
that does not answer: hold its BOOT button while you plug it in."""


def add_parser(commands: Commands) -> None:
    """Add `flash` to the command line."""
    parser = add_command(
        commands,
        "flash",
        summary="put MicroPython and Plainsight onto a board (erases it)",
        description="Find the board, check the image, say what will be erased and ask, write and verify, and put the "
        "application onto it.",
        examples=_EXAMPLES,
        codes=_CODES,
    )
    add_target_option(parser)
    parser.add_argument("--image", metavar="FILE|NAME", help="a file, or a name from --list (default: the first there)")
    parser.add_argument(
        "--sha256", type=_hash, metavar="HEX", help="you compared: this is the SHA-256 that the image's publisher shows"
    )
    parser.add_argument("--list", action="store_true", help="list the known images and stop")
    parser.add_argument("--any-board", action="store_true", help="also a board whose USB id is not known")
    parser.add_argument("--no-deploy", action="store_true", help="MicroPython alone, without the application")
    parser.add_argument("--yes", action="store_true", help="erase without a question")
    add_json_option(parser)
    parser.set_defaults(run=run)


def _hash(text: str) -> str:
    """A hash as release pages show it. Raises argparse's own error, which becomes one line."""
    from host_tools.flashing.catalogue import is_hash

    found = text.strip().lower().removeprefix("sha256:")
    if not is_hash(found):
        raise argparse.ArgumentTypeError(f"{text!r} is no SHA-256 (64 hexadecimal digits)")
    return found


def run(options: argparse.Namespace) -> int:
    """List, or flash and deploy."""
    sources = _sources()
    if options.list:
        _list(sources, as_json=options.json)
        return Exit.OK
    if options.target == SIM:
        with open_target(SIM, image="none") as target:
            port = PortInfo(target.port, None, None, None, None, Kind.SIMULATED)
            return _flash(wait_until_listed(port, _ENUMERATED_S), sources, options)
    return _flash(resolve(options.target), sources, options)


def _flash(board: PortInfo, sources: Sources, options: argparse.Namespace) -> int:
    from host_tools.flashing.boards import require_known
    from host_tools.flashing.flash import Voice, flash

    require_known(board, any_board=options.any_board)
    image = _image(board, sources, options)
    tenths = Tenths(say)
    say(f"looking at the board on {board.device}, which may take some seconds")

    def agree(lines: tuple[str, ...]) -> bool:
        say("\n".join(lines))
        return options.yes or asyncio.run(confirm("Erase it"))

    done = flash(board, image, Voice(agree, say, lambda percent: tenths.report("written", percent, 100)))
    if not options.json:
        _say_what_runs(done)
    deployed = None if options.no_deploy else _deploy(done.port)
    if options.json:
        print(json.dumps(_summary(done, deployed), indent=2))
    return Exit.OK


def _image(board: PortInfo, sources: Sources, options: argparse.Namespace) -> Image:
    """What to write: for the virtual board its stand-in, unless another image was asked for."""
    from host_tools.flashing.sources import stand_in

    if board.kind is Kind.SIMULATED and options.image is None:
        from host_tools.simulator.usb.stand_in_image import stand_in_image

        if options.sha256 is not None:
            raise UsageError("--sha256 is of an image: name it with --image")
        return stand_in(stand_in_image())
    return sources.image(options.image, options.sha256)


def _sources() -> Sources:
    from platformdirs import user_cache_path

    from host_tools.flashing.download import client
    from host_tools.flashing.sources import Sources
    from host_tools.flashing.vouching import Shelf

    fetched = Tenths(say)
    shelf = Shelf(user_cache_path("plainsight") / "images")
    return Sources(shelf, client, lambda have, size: fetched.report("fetched", have, size))


def _list(sources: Sources, *, as_json: bool) -> None:
    if as_json:
        print(json.dumps([asdict(image) for image in sources.images], indent=2))
        return
    for image in sources.images:
        print(f"{image.name}\n  {image.what}\n  published at {image.page}\n  file {image.url}")
        known = f"sha256 {', '.join(sorted(image.hashes))} ({image.hash_source})"
        print(f"  {known if image.hashes else 'sha256 unknown here: compare it with the one on that page (--sha256)'}")
        print(f"  {image.note}")


def _deploy(port: str) -> Deployed:
    """The application, onto the MicroPython that was just written. Raises DeployError, CableError, ReleaseError."""
    from host_tools.deploying import deploy

    try:
        deployed = deploy(port, say, Tenths(say).report)
    except KeyboardInterrupt:
        say(f"stopped: MicroPython is on the board; `plainsight deploy --target {port}` goes on with the application")
        raise
    say(f"Plainsight {deployed.version} is on the board: {deployed.state}")
    return deployed


def _say_what_runs(done: Flashed) -> None:
    info = done.micropython
    world = " (simulated)" if done.simulated else ""
    print(f"{done.chip} {done.mac} at {done.port}{world} runs MicroPython {info.release}: {info.machine}")
    if not info.has_camera:
        print("this image has no camera module: the glasses cannot take pictures with it (`plainsight flash --list`)")


def _summary(done: Flashed, deployed: Deployed | None) -> dict[str, object]:
    return {
        "port": done.port,
        "simulated": done.simulated,
        "chip": done.chip,
        "mac": done.mac,
        "flash_bytes": done.flash_bytes,
        "erased": "everything",
        "contents_were_known": done.contents_known,
        "image": done.image.name,
        "image_sha256": done.image.sha256,
        "image_bytes": len(done.image.data),
        "verified": True,
        "micropython": done.micropython.release,
        "camera_module": done.micropython.has_camera,
        "deployed": None if deployed is None else asdict(deployed),
    }
