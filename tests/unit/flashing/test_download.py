"""Fetching an image from a real https server with a certificate of our own: whole, cut, resumed, corrupted, led on."""

from __future__ import annotations

import hashlib
import ssl
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest
import trustme

from host_tools.flashing.download import MAX_DOWNLOAD_BYTES, client, fetch
from host_tools.flashing.errors import DownloadFailed

CONTENT = bytes(range(256)) * 1000
SHA256 = hashlib.sha256(CONTENT).hexdigest()


class Release(ThreadingHTTPServer):
    """An https server with one file; `cut` bytes leave at most in one answer, `ranges` it answers or ignores."""

    daemon_threads = True

    def __init__(self, context: ssl.SSLContext) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.socket = context.wrap_socket(self.socket, server_side=True)
        self.content = CONTENT
        self.cut = len(CONTENT)
        self.ranges = True
        self.wrong_place = False
        self.announced: int | None = None
        self.status = 200
        self.redirect: str | None = None
        self.asked: list[str | None] = []

    @property
    def url(self) -> str:
        return f"https://localhost:{self.server_address[1]}/mpy_cam.zip"


class _Handler(BaseHTTPRequestHandler):
    server: Release
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        release, asked = self.server, self.headers.get("Range")
        release.asked.append(asked)
        if release.redirect is not None and "final" not in self.path:
            self.send_response(302)
            self.send_header("Location", release.redirect)
            self.send_header("Connection", "close")
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        start = int(asked[6:-1]) if asked and release.ranges else 0
        if start and start >= len(release.content):
            self.send_response(416)
            self.send_header("Connection", "close")
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        body = release.content[start:]
        self.send_response(206 if start else release.status)
        if start:
            first = start + release.wrong_place
            self.send_header("Content-Range", f"bytes {first}-{len(release.content) - 1}/{len(release.content)}")
        self.send_header("Connection", "close")  # a client that keeps it would race with its end
        self.send_header("Content-Length", str(release.announced or len(body)))
        self.end_headers()
        self.wfile.write(body[: release.cut])

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def release(authority: trustme.CA) -> Iterator[Release]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)
    with Release(context) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def http(authority: trustme.CA) -> Iterator[httpx.Client]:
    trusting = ssl.create_default_context()
    authority.configure_trust(trusting)
    with client(trusting) as made:
        yield made


@pytest.fixture
def part(tmp_path: Path) -> Path:
    return tmp_path / "image.part"


def _quiet(have: int, size: int) -> None:
    assert have <= size


def test_it_arrives_whole_and_tells_how_far_it_is(release: Release, http: httpx.Client, part: Path) -> None:
    told: list[tuple[int, int]] = []
    fetch(release.url, part, SHA256, http, lambda have, size: told.append((have, size)))
    assert part.read_bytes() == CONTENT
    assert told[-1] == (len(CONTENT), len(CONTENT))


def test_a_pinned_file_that_broke_off_goes_on_where_it_was(release: Release, http: httpx.Client, part: Path) -> None:
    release.cut = 100_000
    with pytest.raises(DownloadFailed, match="run it again"):
        fetch(release.url, part, SHA256, http, _quiet)
    assert 0 < part.stat().st_size <= 100_000
    had, release.cut = part.stat().st_size, len(CONTENT)
    fetch(release.url, part, SHA256, http, _quiet)
    assert part.read_bytes() == CONTENT
    assert release.asked == [None, f"bytes={had}-"]


def test_a_file_of_unknown_hash_is_begun_anew(release: Release, http: httpx.Client, part: Path) -> None:
    part.write_bytes(CONTENT[:5])
    fetch(release.url, part, None, http, _quiet)
    assert part.read_bytes() == CONTENT
    assert release.asked == [None]


def test_a_server_that_cannot_resume_sends_all_of_it(release: Release, http: httpx.Client, part: Path) -> None:
    part.write_bytes(b"old")
    release.ranges = False
    fetch(release.url, part, SHA256, http, _quiet)
    assert part.read_bytes() == CONTENT


def test_more_than_the_server_has_is_begun_anew(release: Release, http: httpx.Client, part: Path) -> None:
    part.write_bytes(CONTENT + b"more")
    fetch(release.url, part, SHA256, http, _quiet)
    assert part.read_bytes() == CONTENT


def test_a_server_that_resumes_elsewhere_is_refused(release: Release, http: httpx.Client, part: Path) -> None:
    part.write_bytes(CONTENT[:10])
    release.wrong_place = True
    with pytest.raises(DownloadFailed, match="another place"):
        fetch(release.url, part, SHA256, http, _quiet)


@pytest.mark.parametrize("before", [b"", CONTENT[:10]])
def test_a_corrupted_download_is_named_and_removed(
    release: Release, http: httpx.Client, part: Path, before: bytes
) -> None:
    part.write_bytes(before)
    release.content = CONTENT[:-1] + b"?"
    with pytest.raises(DownloadFailed, match=r"damaged \(sha256 .*removed"):
        fetch(release.url, part, SHA256, http, _quiet)
    assert not part.exists()
    release.content = CONTENT
    fetch(release.url, part, SHA256, http, _quiet)
    assert part.read_bytes() == CONTENT


def test_a_redirect_within_https_is_followed(release: Release, http: httpx.Client, part: Path) -> None:
    release.redirect = release.url.replace("mpy_cam", "final")
    fetch(release.url, part, SHA256, http, _quiet)
    assert part.read_bytes() == CONTENT


def test_a_redirect_out_of_https_is_not_followed(release: Release, http: httpx.Client, part: Path) -> None:
    release.redirect = "http://localhost/final.zip"
    with pytest.raises(DownloadFailed, match="not https"):
        fetch(release.url, part, SHA256, http, _quiet)


def test_redirects_without_an_end_are_left(release: Release, http: httpx.Client, part: Path) -> None:
    release.redirect = release.url
    with pytest.raises(DownloadFailed, match="more than 5 times"):
        fetch(release.url, part, SHA256, http, _quiet)


def test_an_address_without_tls_is_never_asked(http: httpx.Client, part: Path) -> None:
    with pytest.raises(DownloadFailed, match="not https"):
        fetch("http://localhost/x.zip", part, SHA256, http, _quiet)


def test_a_server_whom_nobody_vouches_for_is_not_heard(release: Release, part: Path) -> None:
    with client() as http, pytest.raises(DownloadFailed, match="can't be reached"):
        fetch(release.url, part, SHA256, http, _quiet)


def test_a_file_that_is_not_there_is_named(release: Release, http: httpx.Client, part: Path) -> None:
    release.status = 404
    with pytest.raises(DownloadFailed, match="404 Not Found"):
        fetch(release.url, part, SHA256, http, _quiet)


def test_more_bytes_than_any_image_are_not_fetched(release: Release, http: httpx.Client, part: Path) -> None:
    release.announced = MAX_DOWNLOAD_BYTES + 1
    with pytest.raises(DownloadFailed, match="more than any image"):
        fetch(release.url, part, None, http, _quiet)
    assert not part.exists() or not part.stat().st_size


def test_a_body_without_announced_length_is_bounded(part: Path) -> None:
    endless = httpx.MockTransport(lambda request: httpx.Response(200, content=(bytes(1 << 20) for _ in range(1000))))
    with httpx.Client(transport=endless) as http, pytest.raises(DownloadFailed, match="more bytes arrived"):
        fetch("https://example.org/x", part, None, http, _quiet)
    assert part.stat().st_size <= MAX_DOWNLOAD_BYTES


def test_an_answer_with_less_than_the_rest_is_a_break(part: Path) -> None:
    part.write_bytes(CONTENT[:10])
    short = httpx.MockTransport(
        lambda request: httpx.Response(
            206, headers={"Content-Range": f"bytes 10-19/{len(CONTENT)}"}, content=iter((CONTENT[10:20],))
        )
    )
    with httpx.Client(transport=short) as http, pytest.raises(DownloadFailed, match=f"20 of {len(CONTENT)} bytes"):
        fetch("https://example.org/x", part, SHA256, http, _quiet)
    assert part.read_bytes() == CONTENT[:20]


@pytest.mark.parametrize("extent", [f"bytes 10-19/{'9' * 5000}", f"bytes {'1' * 5000}-19/20", "bytes 10-19/*", "10"])
def test_an_extent_that_makes_no_sense_is_a_break(extent: str, part: Path) -> None:
    """Python makes no number of so many digits."""
    part.write_bytes(CONTENT[:10])
    strange = httpx.MockTransport(lambda request: httpx.Response(206, headers={"Content-Range": extent}, content=b""))
    with httpx.Client(transport=strange) as http, pytest.raises(DownloadFailed, match="another place"):
        fetch("https://example.org/x", part, SHA256, http, _quiet)


def test_no_network_is_one_line_with_the_way_out(http: httpx.Client, part: Path) -> None:
    with pytest.raises(DownloadFailed, match="--image FILE") as caught:
        fetch("https://127.0.0.1:1/x.zip", part, SHA256, http, _quiet)
    assert "\n" not in str(caught.value)


def test_a_full_disk_is_named(release: Release, http: httpx.Client, tmp_path: Path) -> None:
    with pytest.raises(DownloadFailed, match="No such file"):
        fetch(release.url, tmp_path / "gone" / "x", SHA256, http, _quiet)
