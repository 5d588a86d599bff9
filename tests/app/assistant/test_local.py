"""Answers on this device are true, or say that there is none: real detectors on scenes whose truth is known."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from companion_app.assistant import LocalAnswers
from companion_app.assistant.answer import Code
from tests.app.assistant.scenes import HOPPER, blank, hoppers, jpeg, sign, with_qr


@pytest.fixture(scope="module")
def answers() -> LocalAnswers:
    """One assistant for the module: its networks load once."""
    return LocalAnswers()


def test_a_sign_is_read(answers: LocalAnswers) -> None:
    answer = answers.answer(jpeg(sign("Platform 7", "Train to Utrecht 14:32")), "What does the sign say?")

    assert answer.facts.text == ("Platform 7", "Train to Utrecht 14:32")
    assert answer.text == "I read:\nPlatform 7\nTrain to Utrecht 14:32\nI may have misread or missed some of it."
    assert (answer.facts.faces, answer.facts.codes) == (None, None)


def test_a_page_without_text_is_said_to_have_none(answers: LocalAnswers) -> None:
    answer = answers.answer(jpeg(blank()), "Read this")
    assert answer.facts.text == ()
    assert answer.text.startswith("I find no text that I can read.")


@pytest.mark.parametrize("count", [1, 2, 3])
def test_faces_are_counted(answers: LocalAnswers, count: int) -> None:
    answer = answers.answer(jpeg(hoppers(count)), "How many people are there?")

    assert answer.facts.faces == count
    assert answer.text.startswith("I count 1 face." if count == 1 else f"I count {count} faces.")


def test_a_photograph_of_one_person_has_one_face(answers: LocalAnswers) -> None:
    answer = answers.answer(HOPPER.read_bytes(), "How many faces do you see?")
    assert answer.text == "I count 1 face. Small, turned or covered ones may be missed."


def test_no_face_is_zero_and_says_who_may_be_missed(answers: LocalAnswers) -> None:
    answer = answers.answer(jpeg(sign("No people here")), "Is there anyone here?")
    assert answer.facts.faces == 0
    assert answer.text.startswith("I find no face.")


def test_a_code_is_decoded(answers: LocalAnswers) -> None:
    answer = answers.answer(jpeg(with_qr(blank(), "https://example.org/menu?table=4")), "What is the QR code?")

    assert answer.facts.codes == (Code("QR Code", "https://example.org/menu?table=4"),)
    assert answer.text == "I find 1 code (QR Code): https://example.org/menu?table=4"


def test_two_codes_are_both_told(answers: LocalAnswers) -> None:
    picture = with_qr(with_qr(blank(), "first", (40, 40)), "second", (480, 300))
    answer = answers.answer(jpeg(picture), "Scan the codes")

    assert answer.facts.codes is not None
    assert {code.text for code in answer.facts.codes} == {"first", "second"}
    assert answer.text.startswith("I find 2 codes:\n")


def test_what_a_code_holds_cannot_disturb_a_terminal(answers: LocalAnswers) -> None:
    answer = answers.answer(jpeg(with_qr(blank(), "pay \x1b[2J\u202eyou")), "Scan it")
    assert answer.facts.codes == (Code("QR Code", "pay <ESC>[2Jyou"),)


def test_a_description_says_what_it_cannot_see(answers: LocalAnswers) -> None:
    answer = answers.answer(jpeg(with_qr(sign("Lift out of order"), "ticket 12")), "What do you see?")

    assert answer.facts.text == ("Lift out of order",)
    assert (answer.facts.faces, answer.facts.codes) == (0, (Code("QR Code", "ticket 12"),))
    assert answer.text.startswith("On this device I see only text, faces and codes;")
    assert "Lift out of order" in answer.text
    assert "ticket 12" in answer.text


@pytest.mark.parametrize(
    "question", ["Who is this?", "What colour is the car?", "How many people wear hats?", "Is it safe to cross?"]
)
def test_other_questions_get_no_guess(question: str) -> None:
    class Forbidden:
        def read(self, picture: object) -> tuple[()]:
            raise AssertionError("nothing needs to be looked for")

        count = read  # type: ignore[assignment]

    forbidden = Forbidden()
    answer = LocalAnswers(forbidden, forbidden, forbidden).answer(HOPPER.read_bytes(), question)  # type: ignore[arg-type]

    assert answer.text.startswith("I can't answer that on this device. ")
    assert "ask what it says" in answer.text
    assert answer.facts.text is answer.facts.faces is answer.facts.codes is None


def test_two_questions_at_once_take_turns() -> None:
    class Detector:
        inside = 0
        most = 0
        entered = threading.Barrier(1)

        def count(self, picture: object) -> int:
            self.inside += 1
            self.most = max(self.most, self.inside)
            second_is_waiting.wait(0.2)
            self.inside -= 1
            return 1

    second_is_waiting = threading.Event()
    detector = Detector()
    answers = LocalAnswers(faces=detector)
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda _: answers.answer(HOPPER.read_bytes(), "Count the faces"), range(2)))

    assert detector.most == 1
