"""Fetches one published file: https alone, bounded, resumed where a pinned hash would notice a mixture."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from pathlib import Path

import httpx

from host_tools.flashing.errors import DownloadFailed

MAX_DOWNLOAD_BYTES = 32 << 20
_REDIRECTS = 5
_TIMEOUT = httpx.Timeout(30.0)
_CHUNK_BYTES = 65536
_RANGE = re.compile(r"bytes (\d{1,15})-\d{1,15}/(\d{1,15})")
_OK, _PARTIAL, _CANNOT_RESUME = 200, 206, 416

Progress = Callable[[int, int], None]


def client(verify: object = True) -> httpx.Client:
    """A client that follows no redirect by itself: `fetch` looks at each. `verify`: an SSLContext, for tests."""
    return httpx.Client(follow_redirects=False, timeout=_TIMEOUT, verify=verify)  # pyright: ignore[reportArgumentType]


def fetch(url: str, part: Path, pinned: str | None, http: httpx.Client, progress: Progress) -> None:
    """Make `part` hold all of `url`. Raises DownloadFailed; what arrived stays only if `pinned` may complete it."""
    try:
        if pinned is None:
            part.unlink(missing_ok=True)  # another version may be there by now, and nothing would notice the seam
        elif _sha256(part) == pinned:  # it arrived before anybody vouched for it
            return
        _follow(url, part, http, progress)
    except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError) as error:
        raise DownloadFailed(url, _in_words(error)) from error
    except OSError as error:
        raise DownloadFailed(url, f"{part}: {error.strerror}") from error
    if pinned is not None:
        arrived = _sha256(part)
        if arrived != pinned:
            part.unlink()
            raise DownloadFailed(url, f"what arrived is damaged (sha256 {arrived}, not {pinned}) and was removed")


def _follow(url: str, part: Path, http: httpx.Client, progress: Progress) -> None:
    at = httpx.URL(url)
    for _ in range(_REDIRECTS + 1):
        if at.scheme != "https":
            raise DownloadFailed(url, f"it leads to {at.scheme}://{at.host}, which is not https")
        have = part.stat().st_size if part.exists() else 0
        headers = {"Accept-Encoding": "identity"} | ({"Range": f"bytes={have}-"} if have else {})
        with http.stream("GET", at, headers=headers) as response:
            if response.has_redirect_location:
                at = at.join(response.headers["location"])
                continue
            if response.status_code == _CANNOT_RESUME and have:
                part.unlink()  # the server has less than we have: begin anew
                continue
            _store(url, response, part, have, progress)
            return
    raise DownloadFailed(url, f"it leads on more than {_REDIRECTS} times")


def _store(url: str, response: httpx.Response, part: Path, have: int, progress: Progress) -> None:
    """Write the body behind what is there, or in its place. Raises DownloadFailed, OSError, httpx's errors."""
    if response.status_code not in (_OK, _PARTIAL):
        raise DownloadFailed(url, f"the server answered {response.status_code} {response.reason_phrase}")
    at, size = _extent(response, have)
    if at != have:
        part.unlink(missing_ok=True)
    if size > MAX_DOWNLOAD_BYTES:
        raise DownloadFailed(url, f"{size} bytes are more than any image has")
    with part.open("ab") as file:
        for chunk in response.iter_raw(_CHUNK_BYTES):
            at += len(chunk)
            if at > (size or MAX_DOWNLOAD_BYTES):
                raise DownloadFailed(url, "more bytes arrived than were announced")
            file.write(chunk)
            if size:
                progress(at, size)
    if size and at != size:
        raise DownloadFailed(url, f"{at} of {size} bytes arrived")


def _extent(response: httpx.Response, have: int) -> tuple[int, int]:
    """Where the body belongs and how long the whole is (0: unannounced); 0 for a body that begins anew."""
    if response.status_code == _PARTIAL:
        found = _RANGE.fullmatch(response.headers.get("content-range", ""))
        if found is None or int(found[1]) != have:
            raise httpx.RemoteProtocolError("the server resumed at another place than it was asked to")
        return have, int(found[2])
    length = response.headers.get("content-length", "")
    return 0, int(length) if length.isdecimal() else 0


def _sha256(part: Path) -> str:
    """Of what is there; of nothing where nothing is."""
    return hashlib.sha256(part.read_bytes() if part.exists() else b"").hexdigest()


def _in_words(error: Exception) -> str:
    if isinstance(error, httpx.TimeoutException):
        return "the server does not answer"
    if isinstance(error, httpx.ConnectError):
        return f"the server can't be reached ({error})"
    return f"the download broke off ({error or type(error).__name__})"
