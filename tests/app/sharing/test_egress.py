"""The guard of the whole process, tried in processes of its own: an audit hook cannot be taken out again."""

from __future__ import annotations

import asyncio
import json
import socket
import sys
from pathlib import Path

import pytest

from companion_app.sharing.egress import Permit, permit, refused_destination
from tests.app.sharing.conftest import PHOTOGRAPH
from tests.app.sharing.recipient import Recipient

pytestmark = pytest.mark.promise(2)

ROOT = Path(__file__).parents[3]


async def run_guarded(script: str, *arguments: str) -> dict[str, object]:
    """Run `script` in a fresh interpreter with the guard in place; it prints one JSON object."""
    return await run_script("from companion_app.sharing import egress\negress.install()\n" + script, *arguments)


async def run_script(script: str, *arguments: str) -> dict[str, object]:
    """The same without the guard."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        script,
        *arguments,
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
    )
    out, _ = await process.communicate()
    assert process.returncode == 0
    return json.loads(out)


ATTEMPTS = """
import asyncio, json, os, socket, sys, tempfile
from companion_app.sharing.errors import EgressRefused
port, folder = int(sys.argv[1]), sys.argv[2]
results = {}

def attempt(name, act):
    try:
        act()
        results[name] = "went through"
    except EgressRefused as error:
        results[name] = "refused"
    except OSError as error:
        results[name] = type(error).__name__

def datagram(act):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        act(sock)

def unix(place):
    path = os.path.join(place, "socket")
    with socket.socket(socket.AF_UNIX) as server, socket.socket(socket.AF_UNIX) as client:
        server.bind(path)
        server.listen()
        client.connect(path)

def inet(act, family=socket.AF_INET):
    with socket.socket(family) as sock:
        act(sock)

async def opens():
    await asyncio.open_connection("127.0.0.1", port)

attempt("connect", lambda: inet(lambda s: s.connect(("127.0.0.1", port))))
attempt("connect_ex", lambda: inet(lambda s: s.connect_ex(("127.0.0.1", port))))
attempt("connect by name", lambda: inet(lambda s: s.connect(("localhost", port))))
attempt("connect IPv6", lambda: inet(lambda s: s.connect(("::1", port)), socket.AF_INET6))
attempt("create_connection", lambda: socket.create_connection(("127.0.0.1", port)))
attempt("asyncio", lambda: asyncio.run(opens()))
attempt("sendto", lambda: datagram(lambda s: s.sendto(b"x", ("127.0.0.1", port))))
attempt("sendmsg", lambda: datagram(lambda s: s.sendmsg([b"x"], [], 0, ("127.0.0.1", port))))
attempt("getaddrinfo", lambda: socket.getaddrinfo("example.org", 443))
attempt("getaddrinfo bytes", lambda: socket.getaddrinfo(b"example.org", 443))
attempt("getaddrinfo four bytes", lambda: socket.getaddrinfo(b"a.io", 443))
attempt("gethostbyname", lambda: socket.gethostbyname("example.org"))
attempt("gethostbyname_ex", lambda: socket.gethostbyname_ex("example.org"))
attempt("gethostbyaddr", lambda: socket.gethostbyaddr("example.org"))
attempt("getnameinfo", lambda: socket.getnameinfo(("203.0.113.1", 1), 0))
attempt("numbers", lambda: socket.getaddrinfo("127.0.0.1", port))
attempt("numbers IPv6", lambda: socket.getaddrinfo("::1", port))
attempt("nothing", lambda: socket.getaddrinfo(None, port))
attempt("listening", lambda: inet(lambda s: s.bind(("127.0.0.1", 0))))
attempt("raw", lambda: socket.socket(socket.AF_INET, socket.SOCK_RAW, 1))
attempt("another family", lambda: socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM))
attempt("a socket from outside", lambda: socket.socket(fileno=os.open(folder, os.O_RDONLY)))
attempt("another service", lambda: unix(folder))
with tempfile.TemporaryDirectory(prefix="plainsight-") as own:
    attempt("own service", lambda: unix(own))
attempt("pair", lambda: [end.close() for end in socket.socketpair()])
print(json.dumps(results))
"""


async def test_without_a_permit_nothing_reaches_a_network(tmp_path: Path, recipient: Recipient) -> None:
    results = await run_guarded(ATTEMPTS, str(recipient.port), str(tmp_path))

    went = {name for name, result in results.items() if result == "went through"}
    assert went == {"numbers", "numbers IPv6", "nothing", "own service", "pair"}
    assert {result for name, result in results.items() if name not in went} == {"refused"}
    assert len(results) == 25
    assert recipient.connections == 0


SHARE = """
import asyncio, hashlib, json, pathlib, sys
from types import SimpleNamespace
from tests.app.vaults import ledger_in, room
from companion_app.sharing import OpenAICompatible, Sharing, egress
from companion_app.redaction import Kind, Plan
from companion_app.sharing.errors import EgressRefused
from tests.app.redaction.scripted import redactor, seen
url, other_port, ca_file, folder, photograph = sys.argv[1:]
path = pathlib.Path(photograph)
picture = SimpleNamespace(
    id="p", read=path.read_bytes, sha256=hashlib.sha256(path.read_bytes()).hexdigest(), commitment="c"
)
folder = pathlib.Path(folder)
eyes = redactor(seen(Kind.FACE, 200, 60, 320, 220))
sharing = Sharing(room(folder / "sharing"), ledger_in(folder), ca_file=pathlib.Path(ca_file), redactor=eyes)

class Curious(OpenAICompatible):
    def __init__(self, *arguments):
        super().__init__(*arguments)
        self.result = "not tried"

    async def ask(self, ask, post, heard):
        self.before = await reach(other_port)
        reply = await super().ask(ask, post, heard)
        self.after = await reach(url.split(":")[2].split("/")[0])
        return reply

async def reach(port):
    try:
        await asyncio.open_connection("127.0.0.1", int(port))
    except EgressRefused:
        return "refused"
    return "went through"

async def main():
    endpoint = Curious(url)
    card = sharing.add(endpoint)
    look = await sharing.look(picture)
    verified = await sharing.redact(look, Plan.for_question(look, "What is this?"))
    proposal = sharing.propose(picture, card.id, "What is this?", verified)
    receipt = sharing.agree(
        proposal, recipient=card.recipient, purpose=proposal.purpose, terms_sha256=card.terms_sha256,
        picture_sha256=proposal.sha256,
    )
    answer = await sharing.send(receipt)
    print(json.dumps({"text": answer.text, "before": endpoint.before, "after": endpoint.after}))

asyncio.run(main())
"""


async def test_the_outbox_gets_through_and_the_adapter_around_it_does_not(
    tmp_path: Path, recipient: Recipient, ca_file: Path
) -> None:
    elsewhere = await Recipient(recipient.authority).start()
    result = await run_guarded(
        SHARE, recipient.url, str(elsewhere.port), str(ca_file), str(tmp_path / "app"), str(PHOTOGRAPH)
    )
    await elsewhere.stop()

    assert result == {"text": "A naval officer in uniform.", "before": "refused", "after": "refused"}
    assert recipient.exchanges[0].picture not in (b"", PHOTOGRAPH.read_bytes())
    assert (recipient.connections, elsewhere.connections) == (1, 0)


LOCAL = """
import asyncio, hashlib, json, pathlib, sys
from types import SimpleNamespace
from tests.app.vaults import ledger_in, room
from companion_app.sharing import Sharing
folder, path = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
events = []
sys.addaudithook(lambda event, _: events.append(event) if event.startswith("socket.") else None)
picture = SimpleNamespace(
    id="p", read=path.read_bytes, sha256=hashlib.sha256(path.read_bytes()).hexdigest(), commitment="c"
)
sharing = Sharing(room(folder / "sharing"), ledger_in(folder))
card = sharing.cards()[0]
proposal = sharing.propose(picture, "local", "What do you see?")
receipt = sharing.agree(
    proposal, recipient=card.recipient, purpose=proposal.purpose, terms_sha256=card.terms_sha256,
    picture_sha256=proposal.sha256,
)
answer = asyncio.run(sharing.send(receipt))
leaving = {"socket.connect", "socket.sendto", "socket.sendmsg", "socket.getaddrinfo", "socket.gethostbyname"}
print(json.dumps({"text": answer.text, "attempts": sorted(leaving & set(events)), "outcome": answer.outcome}))
"""


async def test_a_local_answer_does_not_even_try_the_network(tmp_path: Path) -> None:
    result = await run_guarded(LOCAL, str(tmp_path), str(PHOTOGRAPH))

    assert "I count 1 face." in str(result["text"])
    assert result["attempts"] == []
    assert result["outcome"] == "stayed on this device"


TWICE = """
import json, sys
hooks = []
sys.addaudithook(lambda event, _: hooks.append(event) if event == "sys.addaudithook" else None)
egress.install()
egress.install()
print(json.dumps({"installed": egress.installed(), "more": len(hooks)}))
"""


async def test_the_guard_is_put_in_once_and_can_be_asked_for() -> None:
    assert await run_guarded(TWICE) == {"installed": True, "more": 0}


HOST, PORT, ADDRESS = "api.example.org", 443, ("203.0.113.7", 443)


@pytest.fixture
def sock() -> socket.socket:
    with socket.socket(socket.AF_INET) as made:
        yield made


def test_a_permit_covers_one_host_and_its_addresses(sock: socket.socket) -> None:
    with permit(HOST, PORT) as granted:
        assert refused_destination("socket.connect", (sock, ADDRESS)) is not None
        granted.addresses.add(ADDRESS)
        assert refused_destination("socket.connect", (sock, ADDRESS)) is None
        assert refused_destination("socket.connect", (sock, (ADDRESS[0], 80))) is not None
        assert refused_destination("socket.connect", (sock, ("203.0.113.8", PORT))) is not None
        assert refused_destination("socket.getaddrinfo", (HOST, PORT, 0, 0, 0)) is None
        assert refused_destination("socket.getaddrinfo", ("example.org", PORT, 0, 0, 0)) is not None


def test_a_permit_ends_with_its_block_even_for_who_still_holds_it(sock: socket.socket) -> None:
    with permit(HOST, PORT) as granted:
        granted.addresses.add(ADDRESS)
    assert refused_destination("socket.connect", (sock, ADDRESS)) is not None
    assert not granted.covers(ADDRESS)
    assert not granted.covers(HOST)


def test_a_permit_within_a_permit_gives_the_outer_one_back() -> None:
    with permit(HOST, PORT):
        with permit("example.org", PORT):
            assert refused_destination("socket.getaddrinfo", (HOST, PORT, 0, 0, 0)) is not None
        assert refused_destination("socket.getaddrinfo", (HOST, PORT, 0, 0, 0)) is None


async def test_a_task_that_outlives_the_block_finds_the_door_shut(sock: socket.socket) -> None:
    shut = asyncio.Event()

    async def outlives() -> str | None:
        await shut.wait()
        return refused_destination("socket.connect", (sock, ADDRESS))

    with permit(HOST, PORT) as granted:
        granted.addresses.add(ADDRESS)
        task = asyncio.create_task(outlives())
    shut.set()
    assert await task is not None


def test_another_thread_of_work_does_not_share_the_permit(sock: socket.socket) -> None:
    granted = Permit(HOST, PORT, {ADDRESS})
    assert granted.covers(ADDRESS)
    assert refused_destination("socket.connect", (sock, ADDRESS)) is not None


def test_a_permit_is_for_streams_alone() -> None:
    with permit(HOST, PORT) as granted, socket.socket(type=socket.SOCK_DGRAM) as datagrams:
        granted.addresses.add(ADDRESS)
        for event in ("socket.connect", "socket.sendto", "socket.sendmsg"):
            assert refused_destination(event, (datagrams, ADDRESS)) is not None


def test_sockets_that_cannot_leave_are_let_be(sock: socket.socket) -> None:
    with socket.socket(socket.AF_UNIX) as unix:
        assert refused_destination("socket.connect", (unix, "/run/dbus/system_bus_socket")) is None
        assert refused_destination("socket.bind", (unix, "/anywhere")) is None
    assert refused_destination("socket.sendmsg", (sock, None)) is None
    assert refused_destination("open", ("file", "r", 0)) is None


@pytest.mark.parametrize(
    "path",
    [
        "/run/systemd/resolve/io.systemd.Resolve",
        "/var/run/docker.sock",
        "/run/cups/cups.sock",
        b"/run/nscd/socket",
        "/tmp/elsewhere/socket",
        "/home/plainsight-x/socket",
        "\0abstract",
        ("127.0.0.1", 1),
    ],
)
def test_a_service_that_may_pass_things_on_is_none_of_ours(path: object) -> None:
    with socket.socket(socket.AF_UNIX) as unix:
        assert refused_destination("socket.connect", (unix, path)) is not None


def test_the_system_bus_is_where_its_variable_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", "unix:path=/run/own-bus,guid=1f")
    with socket.socket(socket.AF_UNIX) as unix:
        assert refused_destination("socket.connect", (unix, "/run/own-bus")) is None
        assert refused_destination("socket.connect", (unix, "/run/another-bus")) is not None


WINDOW = """
import asyncio, json, pathlib, tempfile
import companion_app.main as window
from companion_app.sharing import egress

class Stop(Exception):
    pass

def opened(*_):
    raise Stop(egress.installed())

window.DoorModel.of_folder = opened
with tempfile.TemporaryDirectory() as folder:
    try:
        asyncio.run(window.main(pathlib.Path(folder)))
    except Stop as stop:
        print(json.dumps({"installed": stop.args[0]}))
"""


async def test_the_window_is_guarded_before_anything_of_the_app_opens() -> None:
    assert await run_script(WINDOW) == {"installed": True}
