"""The endpoints that the owner keeps, and who may be the one that is asked by default."""

from __future__ import annotations

import dataclasses
import datetime
import os
from pathlib import Path

import pytest

from companion_app.sharing.address import parse
from companion_app.sharing.cards import UNKNOWN, EndpointCard, Found, Terms, for_address
from companion_app.sharing.cards.known import KNOWN_USE, Plan
from companion_app.sharing.endpoints.anthropic import Anthropic
from companion_app.sharing.endpoints.saved import SavedEndpoint, kind_of, load
from companion_app.sharing.errors import (
    BadKey,
    BadKind,
    BadVersion,
    CannotBeDefault,
    NotOffered,
    SettingsUnwritable,
    UnknownEndpoint,
)
from companion_app.sharing.region import parse as region
from tests.app.sharing.conftest import App
from tests.app.vaults import room

OPENAI = SavedEndpoint("https://api.openai.com/v1", "m", "OPENAI_API_KEY")
CLAUDE = SavedEndpoint("https://api.anthropic.com", kind="anthropic", version="2026-10-21")
GEMINI = SavedEndpoint("https://generativelanguage.googleapis.com/v1beta/openai")
OWN = SavedEndpoint("https://ai.example.org", plan="mine")
NOBODY = SavedEndpoint("https://ai.example.org")


def again(app: App, tmp_path: Path) -> App:
    """The same app after a restart."""
    return dataclasses.replace(app, sharing=type(app.sharing)(room(tmp_path / "sharing"), app.ledger, now_s=app.clock))


def test_each_dialect_is_kept_with_what_belongs_to_it(app: App, tmp_path: Path) -> None:
    ids = [app.sharing.remember(saved).id for saved in (OPENAI, CLAUDE)]

    assert [card.id for card in again(app, tmp_path).sharing.cards()] == ["local", *ids]
    assert load(room(tmp_path / "sharing")) == [OPENAI, CLAUDE]
    assert ids[1].startswith("anthropic:")


def test_a_key_that_is_given_lives_as_long_as_the_run(app: App, tmp_path: Path) -> None:
    app.sharing.remember(OPENAI, key="sk-secret")
    written = b"".join(path.read_bytes() for path in (tmp_path / "sharing").rglob("*") if path.is_file())
    assert b"sk-secret" not in written


def test_an_address_tells_its_dialect() -> None:
    assert kind_of("https://api.anthropic.com") == "anthropic"
    assert kind_of("http://localhost:8080/v1/messages") == "anthropic"
    assert kind_of("https://api.openai.com/v1") == "openai-compatible"


def test_an_address_for_this_run_takes_model_and_key_from_the_environment(
    app: App, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLAINSIGHT_MODEL", "claude-x")
    monkeypatch.setenv("PLAINSIGHT_API_KEY", "a\nb")
    with pytest.raises(BadKey):
        app.sharing.add_url("https://api.anthropic.com")
    monkeypatch.setenv("PLAINSIGHT_API_KEY", "sk-secret")

    card = app.sharing.add_url("https://api.anthropic.com")

    opened = app.sharing.endpoints.get(card.id)
    assert isinstance(opened, Anthropic)
    assert opened.model == "claude-x"
    assert load(room(tmp_path / "sharing")) == []
    with pytest.raises(UnknownEndpoint):
        app.sharing.endpoints.note(card.id, Found("Ollama"))


def test_a_typed_address_does_not_hide_what_is_known_of_the_remembered_one(
    app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = Found("Ollama", "ollama.com", on="2026-11-22")
    card = app.sharing.remember(SavedEndpoint("http://localhost:11434/v1", "big", found=found))
    assert app.sharing.add_url("http://localhost:11434/v1/") is card
    assert "passes it on to ollama.com" in card.terms

    monkeypatch.setenv("PLAINSIGHT_MODEL", "another")
    assert "ollama.com" not in app.sharing.add_url("http://localhost:11434/v1").terms


@pytest.mark.parametrize(
    ("saved", "error"),
    [
        (SavedEndpoint("https://h.example", kind="gopher"), BadKind),
        (SavedEndpoint("https://h.example", plan="stolen"), BadKind),
        (SavedEndpoint("https://h.example", kind="anthropic", version="new"), BadVersion),
    ],
)
def test_what_cannot_be_opened_is_not_kept(
    app: App, tmp_path: Path, saved: SavedEndpoint, error: type[Exception]
) -> None:
    with pytest.raises(error):
        app.sharing.remember(saved)
    assert load(room(tmp_path / "sharing")) == []


def test_what_is_removed_stays_away_and_local_stays(app: App, tmp_path: Path) -> None:
    card = app.sharing.remember(OPENAI)
    app.sharing.endpoints.remove(card.id)
    assert [known.id for known in again(app, tmp_path).sharing.cards()] == ["local"]
    for gone in (card.id, "local"):
        with pytest.raises(UnknownEndpoint):
            app.sharing.endpoints.remove(gone)


def test_the_default_is_this_device_until_somebody_else_is_chosen(app: App, tmp_path: Path) -> None:
    assert app.sharing.endpoints.default().id == "local"
    card = app.sharing.remember(OPENAI)
    app.sharing.endpoints.set_default(card.id)
    assert again(app, tmp_path).sharing.endpoints.default().id == card.id

    app.sharing.endpoints.remove(card.id)
    assert app.sharing.endpoints.default().id == "local"


@pytest.mark.parametrize("saved", [GEMINI, NOBODY, SavedEndpoint("http://localhost:11434/v1")])
def test_who_trains_or_may_train_cannot_be_the_default(app: App, saved: SavedEndpoint) -> None:
    app.sharing.endpoints.set_region("US-OR")
    card = app.sharing.remember(saved)
    with pytest.raises(CannotBeDefault):
        app.sharing.endpoints.set_default(card.id)
    assert app.sharing.endpoints.default().id == "local"


def test_who_is_not_offered_here_cannot_be_the_default_either(app: App) -> None:
    card = app.sharing.remember(SavedEndpoint(GEMINI.base_url, plan="paid"))
    with pytest.raises(NotOffered):
        app.sharing.endpoints.set_default(card.id)
    app.sharing.endpoints.set_region("US-OR")
    app.sharing.endpoints.set_default(card.id)
    assert app.sharing.endpoints.default().id == card.id
    app.sharing.endpoints.set_region("CN")
    assert app.sharing.endpoints.default().id == "local"


def test_a_server_of_ones_own_may_be_the_default_and_a_known_recipient_does_not_become_ones_own(app: App) -> None:
    app.sharing.endpoints.set_default(app.sharing.remember(OWN).id)
    posing = app.sharing.remember(SavedEndpoint("https://api.mistral.ai/v1", plan="mine"))
    assert posing.trains_inputs is True


def test_a_choice_that_cannot_be_kept_is_not_made(app: App, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    card = app.sharing.remember(OPENAI)

    def full(*_rest: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    for act in (
        lambda: app.sharing.endpoints.set_region("DE"),
        lambda: app.sharing.endpoints.set_default(card.id),
        lambda: app.sharing.endpoints.remove(card.id),
        lambda: app.sharing.remember(CLAUDE),
    ):
        with pytest.raises(SettingsUnwritable) as caught:
            act()
        assert caught.value.data["reason"] == "No space left on device"

    assert app.sharing.endpoints.region is None
    assert [known.id for known in app.sharing.cards()] == ["local", card.id]
    assert load(room(tmp_path / "sharing")) == [OPENAI]


# the table of cards


def known_cards() -> list[EndpointCard]:
    return [for_address(parse(f"https://{host}/v1"), terms=Terms(plan)) for host, plan in KNOWN_USE]


@pytest.mark.parametrize("card", known_cards(), ids=lambda card: f"{card.recipient} {card.trains[:3]}")
def test_every_known_card_is_dated_sourced_and_says_what_counts(card: EndpointCard) -> None:
    reviewed = datetime.date.fromisoformat(card.reviewed)
    review_by = datetime.date.fromisoformat(card.review_by)
    assert datetime.timedelta(0) < review_by - reviewed <= datetime.timedelta(days=190)
    assert card.source.startswith("https://")
    assert card.trains != UNKNOWN
    assert (card.trains_inputs is False) == card.trains.startswith("no")
    assert [region(code) for code in (*card.only_in, *card.not_in)] == [*card.only_in, *card.not_in]
    assert not card.stays_here
    for line in ("Trains on it: ", "Keeps it: ", "Faces: ", "To be read again by: "):
        assert line in card.terms


def test_a_card_is_old_from_its_review_date_on_and_says_so_by_an_injected_day() -> None:
    card = known_cards()[0]
    review_by = datetime.date.fromisoformat(card.review_by)
    assert not card.stale(review_by - datetime.timedelta(days=1))
    assert card.stale(review_by)
    assert card.stale(datetime.date(2099, 1, 1))
    nobody = for_address(parse("https://nobody.example"))
    assert not nobody.stale(datetime.date(2099, 1, 1))


def test_another_port_of_a_known_host_is_no_way_around_its_card() -> None:
    card = for_address(parse("https://generativelanguage.googleapis.com:8443/v1"), terms=Terms(Plan.MINE))
    assert not card.may_be_default
    assert "DE" in card.not_in


def test_a_finding_is_believed_of_this_computer_alone() -> None:
    found = Terms(found=Found("llama.cpp's server", runs_here=True))
    assert for_address(parse("http://localhost:8080"), terms=found).may_be_default
    assert not for_address(parse("https://h.example"), terms=found).may_be_default
    assert for_address(parse("https://h.example"), terms=found).program == ""


def test_an_unpaid_plan_is_what_nobody_said_anything_else_of() -> None:
    for host, plan in KNOWN_USE:
        if plan is Plan.PAID:
            assert KNOWN_USE[host, Plan.UNSAID].trains_inputs is True
