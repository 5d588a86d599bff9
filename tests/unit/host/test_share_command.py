"""`plainsight share`, `ledger` and `take-back`: one act from the command line, and what can be read of it after."""

from __future__ import annotations

import argparse
import asyncio
import base64
import hashlib
import http.server
import json
import shutil
import signal
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from companion_app.alone import alone
from companion_app.redaction import Kind
from companion_app.sharing import Sharing, egress
from host_tools.cli.main import main
from host_tools.cli.sharing.living import live
from host_tools.exits import Exit, UsageError
from tests.app.redaction import scripted
from tests.app.sharing.conftest import PHOTOGRAPH
from tests.app.vaults import everything_in, ledger_in, room, vault_in

FACE = scripted.seen(Kind.FACE, 160, 80, 320, 280)
SIGN = scripted.seen(Kind.TEXT, 0, 400, 200, 460)


@dataclass
class Recipient:
    """A program on this computer that answers as OpenAI does; `pictures` are what reached it."""

    url: str = ""
    status: int = 200
    pictures: list[bytes] = field(default_factory=list)
    before_answering: Callable[[], None] = lambda: None

    def take(self, body: bytes) -> bytes:
        """Keep the picture; the answer's body."""
        url = json.loads(body)["messages"][0]["content"][1]["image_url"]["url"]
        self.pictures.append(base64.b64decode(url.partition(",")[2]))
        self.before_answering()
        return json.dumps({"choices": [{"message": {"content": "A ship."}}], "model": "m"}).encode()


@dataclass
class Ended:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Run = Callable[..., Ended]


@pytest.fixture
def recipient() -> Iterator[Recipient]:
    made = Recipient()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            answer = made.take(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(made.status)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: object) -> None:
            """Nothing to stderr."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    made.url = f"http://127.0.0.1:{server.server_port}/v1"
    yield made
    server.shutdown()
    server.server_close()


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    return Path(shutil.copy(PHOTOGRAPH, tmp_path / "me at the pier.jpg"))


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs a command on an app of its own; the guard, which no process can take off again, stays off."""
    monkeypatch.setattr(egress, "install", lambda: None)
    monkeypatch.setattr("companion_app.sharing.sharing.Redactor", lambda: scripted.redactor(FACE, SIGN))

    def run(*arguments: object) -> Ended:
        try:
            code = main([*map(str, arguments), "--folder", str(tmp_path / "home")])
        except SystemExit as end:
            code = int(end.code or 0)
        captured = capsys.readouterr()
        return Ended(code, captured.out, captured.err)

    return run


def test_a_scripts_act_prints_receipt_redactions_hash_and_answer(run: Run, photo: Path, recipient: Recipient) -> None:
    ended = run(
        *("share", photo, "--endpoint", recipient.url, "--question", "What does the sign say?"),
        *("--yes", "--json", "--out", photo.with_name("left.jpg")),
    )

    assert ended.code == Exit.OK, ended.err
    told, [picture] = ended.json, recipient.pictures
    left = hashlib.sha256(picture).hexdigest()
    assert told["left"] == {"bytes": len(picture), "sha256": left}
    assert told["receipt"]["consent"]["picture"]["sha256"] == left
    assert told["receipt"]["original"]["sha256"] == hashlib.sha256(photo.read_bytes()).hexdigest()
    assert told["redactions"]["masked"] == {"face": 1}
    assert told["redactions"]["kept"] == [["text", "the question needs it"]]
    assert (told["answer"], told["whole_answer"], told["outcome"]) == ("A ship.", True, "sent")
    assert told["body_bytes"] > len(picture)
    assert list(told["moments_ms"]) == ["looked", "redacted", "first_byte_left", "answered"]
    assert photo.with_name("left.jpg").read_bytes() == picture != photo.read_bytes()


def test_the_second_share_of_a_file_says_how_the_first_ended(run: Run, photo: Path, recipient: Recipient) -> None:
    for _ in range(2):
        ended = run("share", photo, "--endpoint", recipient.url, "--question", "What?", "--yes")

    assert "before: sent\n" in ended.err
    assert ended.out.startswith("  A ship.\n"), "set in: no line of an answer passes for one of ours"
    assert len(recipient.pictures) == 2


def test_pinned_terms_that_are_not_the_cards_refuse(run: Run, photo: Path, recipient: Recipient) -> None:
    for pinned in (("--recipient", "example.org"), ("--terms-sha256", "0" * 64)):
        ended = run("share", photo, "--endpoint", recipient.url, "--question", "What?", "--yes", *pinned)
        assert (ended.code, ended.out) == (Exit.NOT_SHARED, "")
        assert f"not {pinned[1]})" in ended.err

    assert recipient.pictures == []
    assert [row[2] for row in run("ledger", "list", "--all", "--json").json] == ["share_refused"] * 2


def test_a_refused_upload_says_that_it_left_and_never_comes_twice(run: Run, photo: Path, recipient: Recipient) -> None:
    recipient.status = 401
    ended = run("share", photo, "--endpoint", recipient.url, "--question", "What?", "--yes", "--json")

    assert ended.code == Exit.ENDPOINT
    assert (ended.json["outcome"], ended.json["answer"]) == ("sent", None)
    assert ended.json["left"]["sha256"] == hashlib.sha256(recipient.pictures[0]).hexdigest()
    assert "the ledger says so" in ended.json["reason"]
    assert "(401" in ended.json["reason"]
    assert len(recipient.pictures) == 1


def test_the_ledger_lists_verifies_and_exports_it(run: Run, photo: Path, recipient: Recipient, tmp_path: Path) -> None:
    run("share", photo, "--endpoint", recipient.url, "--question", "What?", "--yes")

    [share] = run("ledger", "--json").json
    assert (share["outcome"], share["masked"]) == ("sent", {"face": 1, "text": 1})
    assert share["receipt_id"] in run("ledger").out
    verified = run("ledger", "verify", "--json")
    assert (verified.code, verified.json["intact"], verified.json["records"]) == (Exit.OK, True, 3)
    exported = tmp_path / "mine.json"
    phone = run("ledger", "export", exported, "--json").json["phone"]
    found = run("ledger", "verify", exported, "--phone", phone[:8], "--json")
    assert (found.code, found.json["head"]) == (Exit.OK, verified.json["head"])
    assert found.json["signature"] == {"state": "holds", "phone": phone}
    assert run("ledger", "verify", exported, "--phone", "00000000").code == Exit.FAILED
    exported.write_text(exported.read_text().replace("share_ended", "share_ENDED"))
    damaged = run("ledger", "verify", exported)
    assert (damaged.code, damaged.out.splitlines()[0]) == (Exit.FAILED, "Record 2 was edited.")
    assert "signature that does not hold" in damaged.out
    bare = json.loads(exported.read_text())
    del bare["signature"]
    exported.write_text(json.dumps(bare).replace("share_ENDED", "share_ended"))
    assert "not signed" in run("ledger", "verify", exported).out
    assert run("ledger", "verify", exported, "--phone", phone[:8]).code == Exit.FAILED
    assert run("ledger", "export", exported).code == Exit.USAGE
    assert run("ledger", "verify", "--phone", phone[:8]).code == Exit.USAGE
    assert run("ledger", "verify", exported, "--phone", "no").code == Exit.USAGE
    page = tmp_path / "mine.html"
    assert run("ledger", "export", page).code == Exit.OK
    assert recipient.url.removeprefix("http://").split("/")[0] in page.read_text()


def test_taking_back_writes_the_request_and_notes_the_answer(
    run: Run, photo: Path, recipient: Recipient, tmp_path: Path
) -> None:
    run("share", photo, "--endpoint", recipient.url, "--question", "What?", "--yes")
    receipt_id = run("ledger", "--json").json[0]["receipt_id"]

    printed = run("take-back", receipt_id[:8])
    assert printed.code == Exit.OK
    assert receipt_id in printed.out
    written = run("take-back", receipt_id, "--out", tmp_path / "request.txt")
    assert (written.out, (tmp_path / "request.txt").read_text()) == ("", printed.out)
    answered = run("take-back", receipt_id, "--answer", "erased", "--note", "by e-mail", "--json")
    assert answered.json["asked_back"]["result"] == "erased"
    assert "answer: erased (by e-mail)" in run("ledger").out
    assert len(recipient.pictures) == 1


def test_which_file_it_was_can_be_forgotten_on_record(
    run: Run, photo: Path, recipient: Recipient, tmp_path: Path
) -> None:
    shared = run("share", photo, "--endpoint", recipient.url, "--question", "What?", "--yes", "--json").json
    original, receipt_id = shared["receipt"]["original"], shared["receipt"]["consent"]["receipt_id"]
    kept = everything_in(room(tmp_path / "home" / "app" / "sharing"))
    assert all(original[name].encode() in kept for name in ("sha256", "salt", "name"))

    assert run("ledger", "forget", receipt_id[:8]).code == Exit.OK

    left = everything_in(room(tmp_path / "home" / "app" / "sharing"))
    assert not any(original[name].encode() in left for name in ("sha256", "salt", "name"))
    assert run("ledger", "list", "--all", "--json").json[-1][2] == "share_picture_forgotten"
    assert run("ledger", "verify").code == Exit.OK
    assert run("ledger", "forget", "0" * 32).code == Exit.FAILED


def test_an_interrupted_upload_says_what_the_ledger_says(run: Run, photo: Path, recipient: Recipient) -> None:
    recipient.before_answering = lambda: signal.raise_signal(signal.SIGINT)
    ended = run("share", photo, "--endpoint", recipient.url, "--question", "What?", "--yes")

    assert ended.code == Exit.INTERRUPTED
    assert "the ledger says: unknown: may have been sent" in ended.err
    assert run("ledger", "--json").json[0]["outcome"] == "unknown: may have been sent"


@pytest.mark.parametrize("content", [b"GIF89a", b"", b"text", b"\xff\xd8\xff\xe0 torn"])
def test_what_is_no_picture_is_not_shared(content: bytes, run: Run, photo: Path, recipient: Recipient) -> None:
    photo.write_bytes(content)
    ended = run("share", photo, "--endpoint", recipient.url, "--question", "What?", "--yes")

    assert (ended.code, ended.out) == (Exit.PHOTO, "")
    assert recipient.pictures == []


def test_what_stayed_here_cannot_be_asked_back(run: Run, photo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "companion_app.assistant.local.LocalAnswers.answer",
        lambda *_: type("Answer", (), {"text": "Nothing."})(),
    )
    shared = run("share", photo, "--question", "What?", "--yes", "--json")
    assert (shared.code, shared.json["left"], shared.json["outcome"]) == (Exit.OK, None, "stayed on this device")

    ended = run("take-back", shared.json["receipt"]["consent"]["receipt_id"])

    assert (ended.code, ended.out) == (Exit.FAILED, "")
    assert "Nothing left this device" in ended.err


@pytest.mark.parametrize(
    "arguments",
    [
        ["share"],
        ["share", "photo"],
        ["share", "photo", "--question", " ", "--yes"],
        ["share", "no such file", "--question", "What?", "--yes"],
        ["share", "photo", "--question", "What?"],
        ["share", "photo", "--question", "What?", "--yes", "--endpoint", "http://example.org"],
        ["share", "photo", "--question", "What?", "--yes", "--endpoint", "nobody"],
        ["share", "photo", "--question", "What?", "--yes", "--mask", "1,2,3"],
        ["share", "photo", "--question", "What?", "--yes", "--crop", "9,9,1,1"],
        ["share", "photo", "--question", "What?", "--yes", "--keep", "face"],
        ["share", "photo", "--question", "What?", "--yes", "--out", "photo"],
        ["ledger", "burn"],
        ["ledger", "list", "file"],
        ["ledger", "export"],
        ["ledger", "forget"],
        ["ledger", "verify", "no such file"],
        ["take-back"],
        ["take-back", "short"],
        ["take-back", "0" * 32, "--note", "x"],
        ["take-back", "0" * 32, "--answer", "burnt"],
    ],
    ids=" ".join,
)
def test_bad_lines_get_one_line_and_the_usage_code(arguments: list[str], run: Run, photo: Path) -> None:
    ended = run(*[photo if word == "photo" else word for word in arguments])

    assert (ended.code, ended.out) == (Exit.USAGE, "")
    assert len(ended.err.strip().splitlines()) == 1


def test_a_yes_without_a_name_is_for_this_device_alone(run: Run, photo: Path, tmp_path: Path) -> None:
    assert run("cards", "add", "https://ai.example.org/v1", "--plan", "mine").code == Exit.OK
    assert run("cards", "default", "ai.example.org").code == Exit.OK

    ended = run("share", photo, "--question", "What?", "--yes")
    assert (ended.code, ended.out) == (Exit.USAGE, "")
    assert "--endpoint openai-compatible:https://ai.example.org" in ended.err

    ledger = ledger_in(tmp_path / "l")
    sharing = Sharing(room(tmp_path / "home" / "app" / "sharing"), ledger)
    worn: Any = SimpleNamespace(simulator=None, app=SimpleNamespace(sharing=sharing))
    options = argparse.Namespace(then=[], endpoint=None, yes=True)
    with pytest.raises(UsageError, match=r"--yes agrees to ai[.]example[.]org only"):
        asyncio.run(live(worn, options))
    assert ledger.entries() == ()


def test_a_card_that_is_old_says_so_before_anybody_agrees(
    run: Run, photo: Path, recipient: Recipient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("companion_app.sharing.cards.EndpointCard.stale", lambda _card, _today: True)
    ended = run("share", photo, "--endpoint", recipient.url, "--question", "W?", "--yes", "--recipient", "nobody")
    assert ended.code == Exit.NOT_SHARED
    assert "should have been read again" in ended.err.splitlines()[0]


def test_a_folder_is_said_to_be_one(run: Run, tmp_path: Path) -> None:
    ended = run("share", tmp_path, "--question", "What?", "--yes")
    assert ended.code == Exit.USAGE
    assert "is a folder" in ended.err


def test_another_process_does_not_write_into_a_ledger_that_is_in_use(run: Run, tmp_path: Path) -> None:
    """Its look back would call an upload that runs "interrupted", and the chain would break."""
    with alone(tmp_path / "home"):
        for command in (("ledger",), ("ledger", "verify"), ("cards", "region", "DE"), ("take-back", "0" * 32)):
            ended = run(*command, "--radio", "system")
            assert (ended.code, ended.out) == (Exit.FAILED, "")
            assert "Another window or command" in ended.err
        assert [path.name for path in (tmp_path / "home").iterdir()] == ["in-use"]
    told = run("ledger", "--radio", "system")
    assert (told.code, told.out) == (Exit.LOCKED, "")
    assert "PLAINSIGHT_PASSPHRASE_FILE" in told.err, "no keystore here, and nobody to ask"
    vault_in(tmp_path / "home")
    assert run("ledger", "--radio", "system").code == Exit.OK


def test_an_app_that_is_not_there_has_no_ledger(run: Run, tmp_path: Path) -> None:
    for command in (("ledger",), ("ledger", "verify"), ("take-back", "0" * 32)):
        assert run(*command).code == Exit.USAGE

    assert not (tmp_path / "home").exists()
