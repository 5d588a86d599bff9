"""Virtual glasses, provisioned and ready to start, in this process's own event loop."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

from host_tools.exits import LinkError, PhotoError
from host_tools.provisioning.install import inspect, provision
from host_tools.provisioning.setup_code import SetupCode
from host_tools.simulator import BoardCodeFailed, BoardExited, NotAPicture, PictureTooLarge, Simulator


@contextmanager
def photo_errors(photo: Path) -> Generator[None]:
    """Turn what opening a photograph raises into PhotoError with the reason in words."""
    try:
        yield
    except FileNotFoundError as error:
        raise PhotoError(photo, "no such file") from error
    except PictureTooLarge as error:
        raise PhotoError(photo, f"too large ({error})") from error
    except NotAPicture as error:
        raise PhotoError(photo, "not a whole JPEG, PNG or WebP picture") from error
    except OSError as error:
        raise PhotoError(photo, error.strerror or str(error)) from error


@contextmanager
def board_errors(step: str) -> Generator[None]:
    """Turn what the virtual board raises into LinkError with the last line of its log."""
    try:
        yield
    except (BoardCodeFailed, BoardExited) as error:
        raise LinkError(step, str(error).strip().splitlines()[-1].removeprefix("OSError: ")) from error
    except TimeoutError as error:
        raise LinkError(step, "the glasses did not answer in time") from error


@asynccontextmanager
async def provisioned_glasses(
    photo: Path,
    profile: str,
    level: str,
    flash: Path | None = None,
    *,
    main: Path | None = None,
    release_key: bytes = b"",
    keyword: Path | None = None,
) -> AsyncGenerator[tuple[Simulator, SetupCode | None]]:
    """Glasses with `photo` before the lens, not started; the code is None where the flash was provisioned before."""
    async with Simulator(profile=profile, flash=flash, level=level, main=main, keyword=keyword) as simulator:
        with photo_errors(photo):
            simulator.world.show(photo)
        code = None
        with board_errors("provisioning"):
            if not (await inspect(simulator.board)).provisioned:
                code = await provision(simulator.board, level=level, release_key=release_key)
        yield simulator, code
