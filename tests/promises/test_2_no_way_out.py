"""Promise 2: who in the app could speak to anybody at all, by a scan of all of its code and of what it stands on.

The lists are short and complete: a line more or less is a decision that somebody has to make here, in words.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

import pytest

from tests.promises.packages import app_packages, locked, tree

pytestmark = pytest.mark.promise(2)

ROOT = Path(__file__).parents[2]
APP = ROOT / "companion_app"
FIRMWARE = ROOT / "firmware"

# Modules and calls through which something can leave a process, or be started that can.
MODULES = frozenset(
    {
        "socket", "_socket", "ssl", "http", "httpx", "httpcore", "requests", "urllib3", "aiohttp", "websockets",
        "ftplib", "smtplib", "imaplib", "poplib", "nntplib", "telnetlib", "xmlrpc", "socketserver", "webbrowser",
        "subprocess", "multiprocessing", "_posixsubprocess", "ctypes", "cffi", "pty", "syslog", "dbus_fast", "jnius",
        "plyer", "anyio", "trio", "onnxruntime", "urllib.request", "concurrent.futures.process", "logging.handlers",
    }
)  # fmt: skip
CALLS = frozenset(
    {
        "open_connection", "open_unix_connection", "create_connection", "create_datagram_endpoint", "start_server",
        "sock_connect", "sock_sendto", "create_subprocess_exec", "create_subprocess_shell", "system", "popen",
        "posix_spawn", "execv", "execve", "startfile", "getaddrinfo", "gethostbyname", "import_module", "__import__",
        "eval", "exec", "AsyncImage", "UrlRequest", "VideoCapture", "SysLogHandler", "HTTPHandler",
    }
)  # fmt: skip
ALLOWED = {
    # TLS without sockets: bytes in, bytes out, over the Bluetooth bearer.
    "keys/phone.py": {"ssl"},
    "link/opening.py": {"ssl"},
    "link/secure_channel.py": {"ssl"},
    # A computer's own keystore and camera by name, the camera by its number; on a phone its system through Java.
    "ports/android.py": {"jnius"},
    "ports/camera/desktop.py": {"VideoCapture", "import_module"},
    "ports/keystore/desktop.py": {"import_module"},
    # What is live, shown by the desktop; and the process that shows it: a child, or on a phone a socket of this app's.
    "ports/notices/freedesktop.py": {"dbus_fast"},
    "ports/scheme.py": {"dbus_fast"},  # whether the desktop is set to dark
    "service/openings.py": {"open_unix_connection"},
    "service/starting.py": {"create_subprocess_exec"},
    # Parts of the app that are imported when they are first needed, each by a name that stands in the file.
    "sharing/__init__.py": {"import_module"},
    "ui/stage.py": {"import_module"},
    "ui/view_models/door.py": {"import_module"},
    # `platform.system()`, and a variable of that name: not `os.system`.
    "ui/view_models/settings/about.py": {"system"},
    "ui/view_models/settings/appearance.py": {"system"},
    # The only door, and the guard beside it.
    "sharing/address.py": {"httpx"},
    "sharing/egress.py": {"socket"},
    "sharing/outbox.py": {"httpx", "ssl"},
    "sharing/probing.py": {"ssl"},
    "sharing/slot.py": {"ssl"},
    "sharing/upload.py": {"getaddrinfo", "httpx", "socket", "ssl"},
    # Looks for the optional packages by name.
    "seeing/packages.py": {"import_module"},
    # The voice that reads answers out is a program of its own.
    "speech/espeak.py": {"create_subprocess_exec"},
}
# One upload for one receipt; and, when the owner adds an address of this computer, a look at what answers there.
PERMITS = {"sharing/slot.py", "sharing/probing.py"}
# Packages below the app that bring code for a network of their own, and why that code does not run.
NETWORKED = {
    "anyio": "httpx speaks through it: only where the outbox asks",
    "dbus-fast": "Bleak's way to BlueZ, over the system bus",
    "docutils": "Kivy's reader of reStructuredText, which no screen uses",
    "filelock": "asks for the name of this computer only",
    "httpcore": "httpx speaks through it",
    "httpx": "the outbox",
    "jaraco-context": "keyring's way to say that an import failed; its helper that fetches archives is never called",
    "jeepney": "keyring's way to the Secret Service, over the session bus",
    "kivy": "UrlRequest and AsyncImage, which no screen uses",
    "kivymd": "templates for new projects",
    "moonshine-voice": "a downloader of other models; the model rides in the wheel",
    "numpy": "a reader of data sets by address",
    "onnxruntime": "a converter of foreign models",
    "pygments": "lists of names for colouring code, made by hand by its authors",
    "rapidocr": "a downloader of other models; its code is never imported, only two of its files are read",
    "requests": "what rapidocr and moonshine-voice would download with",
    "tqdm": "progress bars in chat rooms",
    "urllib3": "what requests stands on",
}
# Native libraries of those packages that could ask the system for a network by themselves, and why they are here.
ABLE = {
    "_rust": "cryptography: OpenSSL brings sockets along; the app uses keys and certificates",
    "libcrypto": "the same, for OpenCV's FFmpeg",
    "libavformat": "OpenCV's FFmpeg opens addresses when it is asked to; the app opens no video",
    "libxcb": "Pillow's, for screenshots; the app takes none",
}
# Names as they stand in the table of what a library wants from others.
_ASKS = (b"\0connect\0", b"\0getaddrinfo\0", b"\0gethostbyname\0", b"\0sendto\0")
NEVER = {"mediapipe", "litellm", "sentry-sdk", "posthog", "mixpanel", "segment-analytics-python", "google-analytics"}


def imported(path: Path) -> Iterator[str]:
    """Modules, whole and their first part, and what is imported from them."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            for name in node.names:
                yield from (name.name, name.name.partition(".")[0])
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            yield from (node.module, node.module.partition(".")[0])
            yield from (f"{node.module}.{name.name}" for name in node.names)


def reached(path: Path) -> Iterator[str]:
    """Names that are called or reached for, whatever they belong to."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Attribute):
            yield node.attr
        elif isinstance(node, ast.Name):
            yield node.id


def users(folder: Path, modules: frozenset[str], calls: frozenset[str] = frozenset()) -> dict[str, set[str]]:
    """File to what it uses of these, for each that uses some."""
    found: dict[str, set[str]] = {}
    for path in sorted(folder.rglob("*.py")):
        used = (modules & set(imported(path))) | (calls & set(reached(path)))
        if used:
            found[path.relative_to(folder).as_posix()] = used
    return found


def test_each_file_that_could_reach_out_is_on_the_list() -> None:
    assert users(APP, MODULES, CALLS) == ALLOWED


def test_who_opens_the_door() -> None:
    by_name = {name for name in users(APP, frozenset({"companion_app.sharing.egress.permit"}))}
    by_module = {path for path in APP.rglob("*.py") if "egress.permit(" in path.read_text()}
    assert by_name | {path.relative_to(APP).as_posix() for path in by_module} == PERMITS


def test_the_scan_would_see_what_it_looks_for(tmp_path: Path) -> None:
    (tmp_path / "bad.py").write_text(
        "import urllib.request, os\nfrom concurrent.futures import process\nos.system('x')\n__import__('socket')\n"
    )
    assert users(tmp_path, MODULES, CALLS) == {
        "bad.py": {"urllib.request", "concurrent.futures.process", "system", "__import__"}
    }


def test_no_address_stands_in_the_app_but_in_its_cards() -> None:
    """No font, picture, update or report is fetched from anywhere: there is no address to fetch it from."""
    found = {
        path.relative_to(APP).as_posix()
        for pattern in ("*.py", "*.kv", "*.json", "*.toml")
        for path in APP.rglob(pattern)
        if re.search(r"(?:https?|wss?|ftp)://\w", path.read_text())
    }
    assert {name for name in found if not name.startswith("sharing/cards/")} == set()


def test_the_firmware_knows_no_network() -> None:
    """Bluetooth alone: no Wi-Fi, no time server, no updates over the air from elsewhere."""
    wanted = frozenset({"socket", "network", "requests", "urequests", "ntptime", "mip", "webrepl", "espnow", "lwip"})
    assert users(FIRMWARE / "plainsight", wanted) == {}
    assert users(FIRMWARE / "boards" / "xiao_esp32s3", wanted) == {}
    assert users(FIRMWARE / "loader", wanted) == {}


_BY_TEXT = re.compile(
    r"^\s*(?:import|from)\s+(?:socket|http\.client|urllib\.request|urllib3|requests|aiohttp|httpx|httpcore|ftplib|smtplib)\b",
    re.MULTILINE,
)


def speaks(package: metadata.Distribution) -> bool:
    """Whether a module of the package imports something that opens connections."""
    files = (file for file in package.files or [] if file.suffix == ".py" and "tests" not in file.parts)
    return any(_BY_TEXT.search(Path(str(file.locate())).read_text(errors="replace")) for file in files)


def test_each_package_below_the_app_that_could_speak_has_its_reason() -> None:
    assert {name for name, package in app_packages().items() if speaks(package)} == set(NETWORKED)


def test_each_native_library_that_could_speak_by_itself_has_its_reason() -> None:
    """No audit hook sees what native code does."""
    files = [Path(str(file.locate())) for package in app_packages().values() for file in package.files or []]
    libraries = [file for file in files if ".so" in file.name and file.is_file()]
    able = {file.name.partition(".")[0].partition("-")[0] for file in libraries if may_ask(file.read_bytes())}
    assert able == set(ABLE)
    assert len(libraries) > 50


def may_ask(library: bytes) -> bool:
    """Whether it names one of the system's calls that reach a network."""
    return any(call in library for call in _ASKS)


def test_no_package_that_reports_to_its_maker_is_locked() -> None:
    assert NEVER & set(locked()) == set()
    # From 1.29 on its native code reports usage to its maker; disable_telemetry_events() lets the first reports out.
    assert tuple(map(int, locked()["onnxruntime"].split(".")[:2])) < (1, 29)
