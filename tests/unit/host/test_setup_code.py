"""The one-time setup code in its three forms."""

from __future__ import annotations

import base64
from pathlib import Path

import zxingcpp
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from host_tools.provisioning.setup_code import SetupCode


def unpadded(text: str) -> bytes:
    return base64.b32decode(text + "=" * (-len(text) % 8))


@given(st.binary(min_size=32, max_size=32), st.binary(min_size=16, max_size=16))
def test_qr_text_holds_hash_and_secret(certificate_sha256: bytes, secret: bytes) -> None:
    parts = SetupCode(certificate_sha256, secret).qr_text.split(":")
    assert parts[:2] == ["PLAINSIGHT", "1"]
    assert unpadded(parts[2]) == certificate_sha256
    assert unpadded(parts[3]) == secret


@given(st.binary(min_size=16, max_size=16))
def test_the_typed_form_is_the_secret_in_groups_of_four(secret: bytes) -> None:
    typed = SetupCode(bytes(32), secret).typed
    assert [len(group) for group in typed.split()] == [4, 4, 4, 4, 4, 4, 2]
    assert unpadded(typed.replace(" ", "")) == secret


def test_each_code_has_a_fresh_secret_of_128_bits() -> None:
    secrets = {SetupCode.new(bytes(32)).secret for _ in range(50)}
    assert len(secrets) == 50
    assert {len(secret) for secret in secrets} == {16}


def test_the_png_reads_back(tmp_path: Path) -> None:
    code = SetupCode.new(bytes(range(32)))
    code.save_png(tmp_path / "code.png")
    found = zxingcpp.read_barcode(Image.open(tmp_path / "code.png"))
    assert found is not None
    assert found.text == code.qr_text


def test_the_png_is_for_its_owner_alone(tmp_path: Path) -> None:
    """It holds the one-time secret, on a computer that others may use too."""
    new, old = tmp_path / "new.png", tmp_path / "old.png"
    old.touch(0o644)
    for path in (new, old):
        SetupCode.new(bytes(32)).save_png(path)
        assert path.stat().st_mode & 0o777 == 0o600


def test_the_terminal_qr_reads_back() -> None:
    code = SetupCode.new(bytes(range(32)))
    found = zxingcpp.read_barcode(drawn(code.terminal_qr()))
    assert found is not None
    assert found.text == code.qr_text


def drawn(text: str) -> Image.Image:
    """The half-block characters as pixels, light where a terminal with dark background is light."""
    light = {" ": (0, 0), "▀": (1, 0), "▄": (0, 1), "█": (1, 1)}
    rows: list[list[int]] = []
    for line in text.splitlines():
        pairs = [light[character] for character in line]
        rows += [[upper for upper, _ in pairs], [lower for _, lower in pairs]]
    width = max(len(row) for row in rows)
    image = Image.new("L", (width, len(rows)))
    for y, row in enumerate(rows):
        for x, bit in enumerate(row):
            image.putpixel((x, y), 255 * bit)
    framed = Image.new("L", (width + 8, len(rows) + 8), 255)
    framed.paste(image, (4, 4))
    return framed.resize((framed.width * 6, framed.height * 6), Image.Resampling.NEAREST)


def test_the_qr_is_small_enough_for_a_terminal() -> None:
    lines = SetupCode.new(bytes(32)).terminal_qr().splitlines()
    assert max(len(line) for line in lines) <= 60
    assert len(lines) <= 30
