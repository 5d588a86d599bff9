"""A reset: whatever cuts the power, what was begun is finished at the next boot, and nothing personal is left."""

from __future__ import annotations

from pathlib import Path

import pytest
from plainsight import files, identity, wiping

from tests.unit.firmware_capture.cuts import Power, PowerCut
from tests.unit.firmware_link.glasses_side import GLASSES, SECRET

PERSONAL = b"personal"
KEPT = {"clock.json", "battery.json", "slots/a/version", "loader.json"}
WAITED: list[int] = []


def tick() -> None:
    WAITED.append(1)


@pytest.fixture(autouse=True)
def _small_flash(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wiping, "FILL_BYTES", 64 * 1024)


def lived_in(root: Path) -> None:
    """Glasses with everything that an owner leaves on them."""
    identity.provision(str(root), cert=GLASSES.der, key=GLASSES.key_der, secret=SECRET.hex(), level="optical")
    for name in (
        *("media/00000001.psi", "media/00000001.json", "media/owner.key", "media/sub/deep", "journal/00000000.log"),
        *("journal/head", "identity/phones.json", "settings.json", "settings.json.new", "crashes.json"),
    ):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(PERSONAL)
    for name in KEPT:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(b"kept")


def left(root: Path) -> set[str]:
    return {str(path.relative_to(root)) for path in root.rglob("*") if path.is_file()}


def test_what_was_the_owners_goes_and_what_is_not_stays(tmp_path: Path) -> None:
    lived_in(tmp_path)
    wiping.begin(str(tmp_path), wiping.GESTURE, 1_800_000_000)
    wiping.finish(str(tmp_path), tick)
    assert left(tmp_path) == KEPT | {"wiped.json"}
    assert not wiping.is_due(str(tmp_path))
    assert wiping.is_empty(str(tmp_path))
    assert wiping.what_was_wiped(str(tmp_path)) == {"why": "gesture", "time_s": 1_800_000_000}
    wiping.is_on_record(str(tmp_path))
    assert wiping.what_was_wiped(str(tmp_path)) is None


def test_pictures_go_before_keys_and_keys_before_the_rest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lived_in(tmp_path)
    gone: list[str] = []
    remove_tree = files.remove_tree
    monkeypatch.setattr(files, "remove_tree", lambda path: (gone.append(Path(path).name), remove_tree(path)))
    wiping.begin(str(tmp_path), wiping.GESTURE, 0)
    wiping.finish(str(tmp_path), tick)
    assert gone.index("media") < gone.index("journal") < gone.index("identity") < gone.index("settings.json")


def test_a_cut_at_every_write_and_removal_is_resumed(tmp_path: Path, power: Power) -> None:
    for cut in range(1, 60):
        root = tmp_path / str(cut)
        power.cut(None)
        lived_in(root)
        before = left(root)
        power.cut(cut)
        try:
            wiping.begin(str(root), wiping.GESTURE, 7)
            wiping.finish(str(root), tick)
        except PowerCut:
            power.cut(None)
            if not wiping.is_due(str(root)):
                assert left(root) - {"wiping.json.new"} == before, "nothing goes before the marker stands"
                continue
            with pytest.raises(identity.NotProvisioned):
                identity.load(str(root))
            wiping.finish(str(root), tick)
            assert left(root) - {"wiping.json.new"} == KEPT | {"wiped.json"}
            assert wiping.what_was_wiped(str(root)) == {"why": "gesture", "time_s": 7}
        else:
            assert cut > 15
            return
    pytest.fail("the wipe never ended")


def test_cut_after_cut_still_ends(tmp_path: Path, power: Power) -> None:
    """The power goes again and again while the glasses try to finish: each boot gets a little further."""
    lived_in(tmp_path)
    wiping.begin(str(tmp_path), wiping.GESTURE, 7)
    boots = 0
    while wiping.is_due(str(tmp_path)):
        boots += 1
        assert boots < 60
        power.cut(18)
        try:
            wiping.finish(str(tmp_path), tick)
        except PowerCut:
            power.cut(None)
    assert left(tmp_path) - {"wiped.json.new"} == KEPT | {"wiped.json"}
    assert boots > 1


@pytest.mark.parametrize("marker", [b"", b"{", b'{"version": 7}', b'{"version": 1, "why": "fun", "time_s": 1}'])
def test_a_damaged_marker_wipes_all_the_same(tmp_path: Path, marker: bytes) -> None:
    lived_in(tmp_path)
    (tmp_path / "wiping.json").write_bytes(marker)
    assert wiping.is_due(str(tmp_path))
    wiping.finish(str(tmp_path), tick)
    assert left(tmp_path) == KEPT | {"wiped.json"}


def test_the_free_flash_is_written_over_and_given_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lived_in(tmp_path)
    written: list[int] = []
    remove = files.remove

    def watched(path: str) -> bool:
        if path.endswith("wiping.fill") and Path(path).exists():
            assert set(Path(path).read_bytes()) == {0}
            written.append(Path(path).stat().st_size)
        return remove(path)

    monkeypatch.setattr(files, "remove", watched)
    wiping.begin(str(tmp_path), wiping.GESTURE, 0)
    WAITED.clear()
    wiping.finish(str(tmp_path), tick)
    assert written == [64 * 1024]
    assert len(WAITED) >= 16, "the light goes on blinking meanwhile"


def test_provisioning_goes_the_same_way(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    identity.provision(str(tmp_path), cert=GLASSES.der, key=GLASSES.key_der, secret=SECRET.hex(), level="optical")
    assert wiping.what_was_wiped(str(tmp_path)) is None, "there was nobody before"
    lived_in(tmp_path)
    reasons: list[str] = []
    begin = wiping.begin
    monkeypatch.setattr(wiping, "begin", lambda root, why, time_s: (reasons.append(why), begin(root, why, time_s)))
    identity.provision(str(tmp_path), cert=GLASSES.der, key=GLASSES.key_der, secret="ab" * 16, level="optical")
    assert reasons == [wiping.PROVISIONING]
    assert not any(PERSONAL in path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert identity.load(str(tmp_path)).mode == "locked"


def test_a_wipe_that_was_cut_is_finished_by_provisioning_too(tmp_path: Path) -> None:
    lived_in(tmp_path)
    for name in ("media", "journal", "identity"):
        files.remove_tree(str(tmp_path / name))
    (tmp_path / "settings.json").unlink()
    wiping.begin(str(tmp_path), wiping.GESTURE, 0)
    identity.provision(str(tmp_path), cert=GLASSES.der, key=GLASSES.key_der, secret="ab" * 16, level="optical")
    assert not wiping.is_due(str(tmp_path))
    assert identity.load(str(tmp_path)).level == "optical"


@pytest.mark.parametrize("name", ["device.json", "cert.der", "key.der"])
@pytest.mark.parametrize("content", [b"", b"{", b"\x30\x05abc", b"\x30\x82", b"\xff" * 200, None])
def test_a_damaged_identity_is_named(tmp_path: Path, name: str, content: bytes | None) -> None:
    lived_in(tmp_path)
    path = tmp_path / "identity" / name
    path.unlink() if content is None else path.write_bytes(content)
    with pytest.raises(identity.NotProvisioned) as caught:
        identity.load(str(tmp_path))
    assert caught.value.damaged == ("" if (name, content) == ("device.json", None) else name)
    assert identity.summary(str(tmp_path))["items"] == 1


@pytest.mark.parametrize(
    "device",
    [
        b"[]",
        b'{"version": 2, "mode": "locked", "level": "optical", "firmware": "0"}',
        b'{"version": 1, "mode": "open", "level": "optical", "firmware": "0"}',
        b'{"version": 1, "mode": "locked", "level": "supply", "firmware": "0"}',
        b'{"version": 1, "mode": "locked"}',
    ],
)
def test_an_identity_from_elsewhere_is_damage(tmp_path: Path, device: bytes) -> None:
    lived_in(tmp_path)
    (tmp_path / "identity/device.json").write_bytes(device)
    with pytest.raises(identity.NotProvisioned) as caught:
        identity.load(str(tmp_path))
    assert caught.value.damaged == "device.json"
    identity.summary(str(tmp_path))
