"""What the app has on this computer, opened without any glasses: gallery, ledger and sharing."""

from __future__ import annotations

import argparse
from collections.abc import Generator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from companion_app.alone import alone
from companion_app.gallery import Gallery
from companion_app.ledger import Ledger
from companion_app.library import GOES_WITH_A_PICTURE, open_library
from companion_app.paths import Paths, default_folder
from companion_app.rooms import Rooms
from companion_app.sharing import Sharing, egress
from companion_app.store.database import Database
from companion_app.vault import SealedFiles
from host_tools.exits import UsageError
from host_tools.worn.air import SYSTEM, VIRTUAL, radio
from host_tools.worn.errors import in_words
from host_tools.worn.home import DEFAULT, Home
from host_tools.worn.near import BESIDE_A_SOCKET
from host_tools.worn.passphrase import add_unlocking_options
from host_tools.worn.unlocking import real_vault, virtual_vault

WHERE = """
The app's data is that of the virtual glasses' app (build/virtual, or --folder), where `plainsight app` finds it too;
with --radio system it is that of the app for real glasses.

"""


@dataclass(frozen=True)
class AppRecords:
    """One app's rooms, open in this process alone."""

    paths: Paths
    gallery: Gallery
    ledger: Ledger
    sharing: Sharing
    keys: SealedFiles
    database: Database


def add_app_options(parser: argparse.ArgumentParser) -> None:
    """Which app: the same two options as of commands that need glasses."""
    group = parser.add_argument_group("which app")
    group.add_argument(
        "--radio",
        type=radio,
        default=VIRTUAL,
        metavar="virtual|system|SOCKET",
        help="the app of which glasses (default: %(default)s)",
    )
    group.add_argument("--folder", type=Path, metavar="DIR", help="where it keeps its data (build/virtual)")
    add_unlocking_options(parser)


@contextmanager
def open_records(options: argparse.Namespace, *, create: bool = False) -> Generator[AppRecords]:
    """The rooms for as long as the block runs; the network is shut but for sharing.

    Raises HostError; what the app raises inside the block becomes one too, in words.
    """
    egress.install()
    with ExitStack() as stack:
        stack.enter_context(in_words())
        folder = app_folder(options)
        if not create and not folder.exists():
            raise UsageError(f"{folder}: no app has kept anything there; name another --folder")
        if options.radio == VIRTUAL:
            stack.enter_context(Home(options.folder or DEFAULT).locked())
        stack.enter_context(alone(folder))
        unlock = real_vault if options.radio == SYSTEM else virtual_vault
        rooms = Rooms(unlock(folder, options.passphrase_file))
        paths = rooms.paths
        ledger = Ledger(rooms.ledger, rooms.heads)
        database = stack.enter_context(closing(open_library(paths.library, rooms.vault)))
        gallery = Gallery(database, rooms.gallery, with_it=GOES_WITH_A_PICTURE)
        yield AppRecords(paths, gallery, ledger, Sharing(rooms.sharing, ledger), rooms.keys, database)


def app_folder(options: argparse.Namespace) -> Path:
    """Where the app that is meant keeps its data; it need not be there yet."""
    if options.radio == VIRTUAL:
        return Home(options.folder or DEFAULT).app
    if options.radio == SYSTEM:
        return options.folder or default_folder()
    return options.folder or BESIDE_A_SOCKET
