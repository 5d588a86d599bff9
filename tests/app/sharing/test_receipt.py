"""The consent receipt: the standard's fields, the owner's copy, and what of it outlives the picture."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from companion_app.ledger.errors import LedgerWriteFailed
from companion_app.redaction import Kind, Plan
from companion_app.sharing import Outcome, Sharing
from companion_app.sharing.errors import (
    LedgerUnavailable,
    NotRedacted,
    PictureChanged,
    ProposalClosed,
    ReceiptDamaged,
    ReceiptNotKept,
    ReceiptUnknown,
)
from companion_app.vault import SealedFiles
from tests.app.redaction import scripted
from tests.app.sharing.conftest import FACE, NOON_S, App
from tests.app.sharing.recipient import Recipient
from tests.app.vaults import everything_in, opened_ledger, room

pytestmark = pytest.mark.promise(2)

# What ISO/IEC TS 27560:2023 makes mandatory, by section.
_HEADER = {"record_id", "pii_principal_id"}
_PROCESSING = {"privacy_notice", "language", "purposes", "jurisdiction", "recipient_third_parties", "withdrawal_method"}
_PURPOSE = {"purpose", "pii_information", "pii_controllers", "storage_locations", "retention_period"}
_PARTY = {"party_id", "party_name", "party_address", "party_contact", "party_type"}
_EVENT = {"event_time", "validity_duration", "entity_id", "event_type", "event_state"}


def test_the_record_has_every_mandatory_field_of_the_standard(app: App) -> None:
    receipt = app.agreed(question="Read this")
    record = app.ledger.entries()[0].data

    assert record["schema_version"] == "plainsight-consent-2"
    assert record["receipt_id"] == receipt.id
    assert set(record["header"]) >= _HEADER
    assert set(record["processing"]) >= _PROCESSING
    [purpose] = record["processing"]["purposes"]
    assert set(purpose) >= _PURPOSE
    assert [row["pii_type"] for row in purpose["pii_information"]] == ["picture", "question"]
    [party], [event] = record["parties"], record["events"]
    assert set(party) >= _PARTY
    assert set(event) >= _EVENT
    assert purpose["pii_controllers"] == [party["party_name"]] == ["this device"]
    assert (event["event_type"], event["event_state"]) == ("explicit", "given")
    assert (event["event_time"], event["validity_duration"]) == ("2026-09-21T14:13:20Z", "PT300S")
    assert record["processing"]["privacy_notice"]["sha256"] == receipt.terms_sha256
    assert all(value not in (None, "") for value in [*record["header"].values(), *party.values(), *event.values()])


async def test_the_owners_copy_lies_there_before_the_first_byte_and_holds_both_hashes(
    app: App, recipient: Recipient, endpoint_id: str
) -> None:
    seen: list[dict[str, Any]] = []
    recipient.on_connection = lambda: seen.append(app.sharing.receipt(receipt.id))
    receipt = app.agreed(endpoint_id)
    await app.sharing.send(receipt)

    [copy] = seen
    assert copy == receipt.record()
    left = hashlib.sha256(recipient.exchanges[0].picture).hexdigest()
    assert copy["consent"]["picture"]["sha256"] == left
    assert copy["original"] == {"sha256": app.picture.sha256}
    assert hashlib.sha256(copy["notice"].encode()).hexdigest() == receipt.terms_sha256


async def test_the_ledger_has_the_hash_of_what_left_and_of_the_original_the_commitment_alone(
    app: App, endpoint_id: str, recipient: Recipient
) -> None:
    await app.sharing.send(app.agreed(endpoint_id))

    ledger = opened_ledger(app.folder).read_text()
    assert hashlib.sha256(recipient.exchanges[0].picture).hexdigest() in ledger
    assert app.picture.commitment in ledger
    assert app.picture.sha256 not in ledger


async def test_the_receipt_says_what_was_masked_kept_and_cropped(
    app: App, endpoint_id: str, recipient: Recipient
) -> None:
    look = await app.sharing.look(app.picture)
    face = next(region.id for region in look.regions if region.kind is Kind.FACE)
    plan = Plan.all_masked(look).mask(scripted.Area(0, 0, 64, 64)).unmask(face, somebody_agreed=True)
    plan = plan.crop_to(scripted.Area(0, 0, 400, 400))
    app.sharing.endpoints.set_region("DE")
    endpoint: Any = app.sharing.endpoints.get(endpoint_id)
    endpoint.card = dataclasses.replace(endpoint.card, trains_inputs=False)
    proposal = app.sharing.propose(app.picture, endpoint_id, "Who?", await app.sharing.redact(look, plan))
    app.agree(proposal)

    told = app.ledger.entries()[0].data["picture"]["redactions"]
    assert told["masked"] == {"drawn": 1}
    assert told["kept"] == [["face", "the person shown agreed"]]
    assert told["faces_agreed"] == 1
    assert told["crop"][:2] == [0, 0]
    assert (told["width"], told["height"]) == (told["crop"][2], told["crop"][3])
    assert app.ledger.entries()[0].data["processing"]["jurisdiction"] == "DE"
    assert recipient.exchanges == []


def test_nothing_unredacted_is_proposed_to_anybody_else(app: App, endpoint_id: str) -> None:
    with pytest.raises(NotRedacted):
        app.sharing.propose(app.picture, endpoint_id, "What is this?")
    unverified = app.sharing.redactor.make(look := _look(app), Plan.all_masked(look))
    with pytest.raises(NotRedacted):
        app.sharing.propose(app.picture, endpoint_id, "What is this?", unverified)  # type: ignore[arg-type]

    assert app.kinds() == []


def test_the_redaction_of_another_picture_is_not_proposed(app: App, endpoint_id: str) -> None:
    verified = app.redact()
    other = app.picture.path.with_name("other.jpg")
    other.write_bytes(b"another")
    app.picture.path, app.picture.sha256 = other, hashlib.sha256(b"another").hexdigest()

    with pytest.raises(PictureChanged):
        app.sharing.propose(app.picture, endpoint_id, "What is this?", verified)


def test_no_copy_no_consent(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    proposal = app.propose()

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(SealedFiles, "write_json", full)
        with pytest.raises(ReceiptNotKept) as caught:
            app.agree(proposal)

    assert caught.value.data["errno"] == 28
    assert app.kinds() == []
    app.agree(proposal)


def test_what_the_ledger_did_not_take_has_no_copy(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(kind: str, **_: object) -> None:
        raise LedgerWriteFailed(kind, 28)

    with monkeypatch.context() as patch:
        patch.setattr(app.ledger, "append", full)
        with pytest.raises(LedgerUnavailable):
            app.agreed()

    assert app.sharing.copies() == {}


def test_copies_that_the_ledger_knows_nothing_of_are_swept_away(app: App) -> None:
    kept = app.agreed()
    files = room(app.folder / "sharing")
    files.write(f"receipts/{'0' * 32}.json", files.read(f"receipts/{kept.id}.json"))
    files.write(f"originals/{'1' * 64}.json", b'{"sha256": "00"}')

    reopened = _reopen(app)

    assert set(reopened.copies()) == {kept.id}
    assert files.names("receipts/") == [f"receipts/{kept.id}.json"]
    assert reopened.receipt(kept.id)["original"] == {"sha256": app.picture.sha256}
    assert files.names("originals/") == [f"originals/{app.picture.commitment}.json"]


async def test_deleting_the_picture_leaves_a_true_receipt_that_names_no_picture(app: App) -> None:
    receipt = app.agreed()
    await app.sharing.send(receipt)
    app.sharing.forget_original(app.picture.commitment)

    assert app.sharing.receipt(receipt.id) == {**receipt.record(), "original": None}
    everything = everything_in(room(app.folder / "sharing"))
    assert app.picture.sha256.encode() not in everything


async def test_a_deleted_picture_is_neither_sent_nor_tied_to_records_again(app: App) -> None:
    agreed, open_proposal = app.agreed(), app.propose()
    app.sharing.forget_original(app.picture.commitment)

    with pytest.raises(ReceiptUnknown):
        await app.sharing.send(agreed)
    with pytest.raises(ProposalClosed):
        app.agree(open_proposal)
    assert app.echo.asked == []
    assert room(app.folder / "sharing").names("originals/") == []


def test_nothing_is_said_to_be_forgotten_that_is_still_there(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    receipt = app.agreed()

    def fail(_files: SealedFiles, _name: str) -> None:
        raise OSError(5, "Input/output error")

    with monkeypatch.context() as broken:
        broken.setattr(SealedFiles, "remove", fail)
        with pytest.raises(OSError, match="Input/output"):
            app.sharing.forget(receipt.id)
    assert "share_picture_forgotten" not in app.kinds()
    app.sharing.forget(receipt.id)
    assert app.kinds()[-1] == "share_picture_forgotten"
    assert app.sharing.receipt(receipt.id)["original"] is None


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"consent": 1, "notice": ""}', "\0", '{"a":' * 9000])
def test_a_damaged_copy_is_said_to_be_one(app: App, content: str) -> None:
    receipt = app.agreed()
    room(app.folder / "sharing").write(f"receipts/{receipt.id}.json", content.encode())

    with pytest.raises(ReceiptDamaged):
        app.sharing.receipt(receipt.id)


@pytest.mark.parametrize("name", ["", "nobody", "../../ledger/ledger", "0" * 32, "\0"])
def test_a_receipt_that_was_never_given_is_unknown(app: App, name: str) -> None:
    with pytest.raises(ReceiptUnknown):
        app.sharing.receipt(name)
    with pytest.raises(ReceiptUnknown):
        app.sharing.share(name)


class TestOwnFiles:
    @pytest.fixture
    def file(self, app: App, tmp_path: Path) -> Callable[[], Any]:
        path = tmp_path / "holiday in Brest.jpg"
        path.write_bytes(app.picture.path.read_bytes())
        return lambda: app.sharing.own_file(path)

    def test_the_ledger_has_neither_name_nor_hash_nor_salt(self, app: App, file: Callable[[], Any]) -> None:
        own = file()
        receipt = _agree_locally(app, own)

        ledger = opened_ledger(app.folder).read_text()
        assert own.commitment in ledger
        assert all(secret not in ledger for secret in ("Brest", own.sha256, own.salt))
        original = {"sha256": own.sha256, "salt": own.salt, "name": "holiday in Brest.jpg"}
        assert app.sharing.receipt(receipt.id)["original"] == original

    async def test_the_same_file_is_known_again_until_it_is_forgotten(self, app: App, file: Callable[[], Any]) -> None:
        first = file()
        await app.sharing.send(_agree_locally(app, first))

        again = file()
        assert again == first
        assert app.sharing.propose(again, "local", "And now?").earlier == (Outcome.STAYED,)
        app.sharing.forget_original(first.commitment)
        assert file().commitment != first.commitment

    def test_salts_are_each_files_own(self, app: App, file: Callable[[], Any], tmp_path: Path) -> None:
        _agree_locally(app, file())
        (tmp_path / "b.png").write_bytes(b"\x89PNG\r\n\x1a\n")

        assert app.sharing.own_file(tmp_path / "b.png").salt != file().salt


def _agree_locally(app: App, picture: Any) -> Any:
    return app.agree(app.sharing.propose(picture, "local", "What is this?"))


def _look(app: App) -> Any:
    return app.sharing.redactor.look(app.picture.path.read_bytes())


def _reopen(app: App) -> Sharing:
    return Sharing(room(app.folder / "sharing"), app.ledger, redactor=scripted.redactor(FACE))


def test_the_time_in_the_record_is_the_clocks(app: App) -> None:
    app.clock.now_s = NOON_S + 86_400
    app.agreed()

    assert json.dumps(app.ledger.entries()[0].data).count("2026-09-22T14:13:20Z") == 1
