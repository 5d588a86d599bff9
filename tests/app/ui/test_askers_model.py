"""Who can be asked: regions, adding, probing, removing, and the default, without a window."""

from __future__ import annotations

from dataclasses import replace

import pytest

from companion_app.sharing import EndpointCard
from companion_app.sharing.endpoints.saved import SavedEndpoint
from companion_app.ui.view_models.sharing.askers import AskersModel
from tests.app.ui.fakes import FakeCompanion

pytestmark = pytest.mark.promise(2)


def test_a_region_is_kept_taken_back_and_refused(companion: FakeCompanion) -> None:
    model = AskersModel(companion.sharing)
    assert "strictest" in model.region_words
    model.set("region", "us-il")
    model.save_region()
    assert companion.sharing.endpoints.region == "US-IL"
    assert model.region == "US-IL"
    model.set("region", "Atlantis")
    model.save_region()
    assert model.problem is not None
    assert companion.sharing.endpoints.region == "US-IL"
    model.set("region", " ")
    model.save_region()
    assert companion.sharing.endpoints.region is None


def test_adding_guesses_the_dialect_keeps_the_key_in_memory_and_asks_nobody(companion: FakeCompanion) -> None:
    model = AskersModel(companion.sharing)
    assert not model.can_add
    model.set("address", "https://api.anthropic.com")
    assert model.kind_shown == "anthropic"
    model.set("key", "sk-not-to-be-written")
    model.add()
    assert model.problem is None
    assert model.key == ""
    card = model.cards[-1]
    assert card.recipient == "api.anthropic.com"
    kept = companion.sharing.endpoints.saved(card.id)
    assert isinstance(kept, SavedEndpoint)
    assert not any(
        b"sk-not-to-be-written" in path.read_bytes() for path in companion.folder.rglob("*") if path.is_file()
    )
    model.make_default(card.id)
    assert model.default == card.id
    model.remove(card.id)
    assert card not in model.cards
    assert model.default == "local"


def test_an_address_that_cannot_be_used_is_told_and_stays_to_be_mended(companion: FakeCompanion) -> None:
    model = AskersModel(companion.sharing)
    model.set("address", "http://example.com")
    model.add()
    assert model.problem is not None
    assert model.address == "http://example.com"


async def test_only_a_program_of_this_computer_can_be_asked_what_it_is(
    companion: FakeCompanion, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = AskersModel(companion.sharing)
    assert not any(model.can_probe(card) for card in model.cards)
    model.set("address", "http://127.0.0.1:11434")
    model.add()
    card = model.cards[-1]
    assert model.can_probe(card)

    async def probe(endpoint_id: str) -> EndpointCard:
        assert endpoint_id == card.id
        return replace(card, program="Ollama, which passes this model's questions on to ollama.com")

    monkeypatch.setattr(companion.sharing, "probe", probe)
    await model.probe(card.id)
    assert "passes this model's questions on" in model.note


def test_who_trains_cannot_be_the_default(companion: FakeCompanion) -> None:
    companion.remote.card = replace(companion.remote.card, trains_inputs=True)
    model = AskersModel(companion.sharing)
    model.make_default(companion.remote.card.id)
    assert model.problem is not None
    assert model.default == "local"
