"""Promise 6, your voice stays with you: whatever was answered, somebody on the glasses tries to send audio.

The firmware is the real one with one task more, which calls the one way out for audio fifty times a second, as a
careless or compromised keyword module would. Beside it the real way is tried: its listener takes a tone for the
keyword (the network alone is replaced), so that photograph and question follow as on a spoken word. What arrives is
counted after decryption, at the phone's end of the link.
"""

from __future__ import annotations

import ast
import asyncio
import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from plainsight import wire

from companion_app.companion import Companion
from companion_app.control.asking import Asked
from companion_app.link.errors import GlassesRefused
from companion_app.link.frames import Frame, FrameChannel
from companion_app.onboarding import VoicePolicy
from companion_app.onboarding.questions import LEAVE, LISTEN
from host_tools.simulator.startup import HEAP_BYTES
from tests.app.spoken import LOUD, HeldRecogniser
from tests.promises import spoken
from tests.promises.rig import Home, Worn, until, worn
from tests.promises.traces import heap

pytestmark = [pytest.mark.promise(6), pytest.mark.simulated]

ROOT = Path(__file__).parents[2]
SPEAKING_MAIN = Path(__file__).parent / "on_micropython" / "voice_speaks.py"
ASKING_MAIN = Path(__file__).parent / "on_micropython" / "voice_asks.py"  # the real way alone
ENOUGH_TRIES = 20  # 400 ms of audio
CONSENT = "ab" * 32
_ANSWER_S = 3.0  # from the end of a question until it was to arrive
YES, NO = "yes", "no"
SOUND_CHUNK = b"01wb"  # in an AVI: the second stream's bytes
# Whatever reads a microphone on a desktop or a phone, packages and programs; none of these may be there at all.
MICROPHONES = frozenset(
    {
        "sounddevice",
        "soundcard",
        "pyaudio",
        "alsaaudio",
        "speech_recognition",
        "plyer",
        "audiostream",
        "pvrecorder",
        "miniaudio",
        "jack",
        "arecord",
        "parec",
        "ossaudiodev",
        "jnius",
    }
)

PORTS = ROOT / "companion_app" / "ports"
ANDROID_RECORDERS = ("AudioRecord", "MediaRecorder", "SpeechRecognizer", "RECORD_AUDIO")

# The answers in the order in which they were given, and what they allow.
ANSWERS: list[tuple[tuple[tuple[str, str], ...], VoicePolicy]] = [
    ((), VoicePolicy.OFF),
    (((LISTEN.id, NO),), VoicePolicy.OFF),
    (((LEAVE.id, YES),), VoicePolicy.OFF),
    (((LISTEN.id, NO), (LEAVE.id, YES)), VoicePolicy.OFF),
    (((LEAVE.id, YES), (LISTEN.id, YES)), VoicePolicy.KEYWORD),
    (((LISTEN.id, YES),), VoicePolicy.KEYWORD),
    (((LISTEN.id, YES), (LEAVE.id, NO)), VoicePolicy.KEYWORD),
    (((LISTEN.id, YES), (LEAVE.id, YES), (LEAVE.id, NO)), VoicePolicy.KEYWORD),
    (((LISTEN.id, YES), (LEAVE.id, YES), (LISTEN.id, NO)), VoicePolicy.OFF),
    (((LISTEN.id, YES), (LEAVE.id, YES), (LISTEN.id, NO), (LISTEN.id, YES)), VoicePolicy.KEYWORD),
]


class Heard:
    """Frames that the phone decrypted, by kind."""

    def __init__(self) -> None:
        self.frames: Counter[int] = Counter()
        self.audio_bytes = 0
        self.asking = False  # the glasses say that a question is open
        self.outside = 0  # audio frames that came while they did not
        self.ends: list[str] = []
        self.codes: list[bytes] = []  # the middle of each piece of sound

    def note(self, frame: Frame) -> None:
        """One frame."""
        self.frames[frame.kind] += 1
        if frame.kind == wire.AUDIO:
            self.audio_bytes += len(frame.body)
            self.outside += not self.asking
            self.codes.append(frame.body[20:60])
        if frame.kind == wire.EVENT:
            event = json.loads(frame.body)
            if event["event"] == "question":
                self.asking = event["on"]
                self.ends += [] if self.asking else [event["reason"]]


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> Iterator[Heard]:
    """Counts what comes out of every decrypted channel of this process."""
    heard = Heard()
    receive = FrameChannel.receive

    async def counted(self: FrameChannel) -> Frame:
        frame = await receive(self)
        heard.note(frame)
        return frame

    monkeypatch.setattr(FrameChannel, "receive", counted)
    yield heard
    assert sum(heard.frames.values()) > 0, "nothing was counted at all"


def answer(app: Companion, answers: tuple[tuple[str, str], ...]) -> None:
    for question, choice in answers:
        app.onboarding.answer(question, choice)


async def let_it_try(both: Worn) -> None:
    """Until the one on the glasses has tried often enough since now."""
    log = both.sim.board.log
    seen = len(log)
    await until(
        lambda: sum("voice tried" in line for line in log[seen:]) * 10 > ENOUGH_TRIES, "audio was tried often enough"
    )


async def let_it_be_asked(both: Worn, *, listens: bool) -> None:
    """Say the word and a question; where the glasses may not listen, as long as that takes elsewhere."""
    log = both.sim.board.log
    seen = len(log)
    both.world.say(spoken.question())
    if listens:
        await until(lambda: any("word heard" in line for line in log[seen:]), "the word is heard")
    await let_it_try(both)


async def held_by_glasses(both: Worn) -> str:
    """The policy on the glasses as a new hello tells it."""
    return (await both.app.glasses.hello(1_800_000_000)).settings["voice"]


@pytest.mark.parametrize(("answers", "allowed"), ANSWERS)
async def test_no_audio_leaves_without_a_yes_that_still_stands(
    home: Home, heard: Heard, answers: tuple[tuple[str, str], ...], allowed: VoicePolicy
) -> None:
    async with worn(home, main=SPEAKING_MAIN) as both:
        answer(both.app, answers)
        assert both.app.onboarding.voice is allowed
        await both.app.connect()
        assert await held_by_glasses(both) == allowed
        if allowed is VoicePolicy.KEYWORD:
            await until(lambda: both.world.sound.listening, "the glasses listen")
        await let_it_be_asked(both, listens=allowed is not VoicePolicy.OFF)
        assert (both.world.sound.bits_heard > 0) == (allowed is not VoicePolicy.OFF)
        both.sim.radio.drop()
        await both.app.connection.reaches(*[both.app.connection.state.DISCONNECTED])
        await both.app.connect()
        await let_it_try(both)
        assert (heard.frames[wire.AUDIO], heard.audio_bytes) == (0, 0)


async def asked(both: Worn, heard: Heard, sound: bytes) -> bytes:
    """Say the word and this, until what follows it arrives; the glasses' memory as their camera is let go.

    A computer that is too busy to hear it is told again.
    """
    await until(lambda: both.world.sound.listening, "the glasses listen")
    before, waiting, over_s = heard.audio_bytes, list[bytes](), 0.0

    def remember() -> None:
        waiting.append(memory(both))
        both.world.at_call(1, remember, camera_is_let_go)

    def arrives() -> bool:
        nonlocal over_s
        if both.world.now_s > over_s:
            over_s = both.world.now_s + both.world.say(sound) + _ANSWER_S
        return heard.audio_bytes > before

    both.world.at_call(1, remember, camera_is_let_go)
    await until(arrives, "the question arrives")
    return waiting[-1]


def camera_is_let_go(service: str, method: str) -> bool:
    return (service, method) == ("camera", "close")


def memory(both: Worn) -> bytes:
    """The whole heap of the glasses' MicroPython."""
    pid = both.sim.board.pid
    assert pid is not None
    return heap(pid, HEAP_BYTES)


def found_in(memory: bytes, heard: Heard) -> list[int]:
    """Which of the pieces that arrived lie in the memory, as they were coded."""
    return [number for number, codes in enumerate(heard.codes) if codes in memory]


async def test_a_spoken_question_reaches_the_phone_becomes_words_and_is_on_both_records(
    home: Home, heard: Heard
) -> None:
    """What a busy computer loses of the sound is no matter here; the real recogniser has a test of its own."""
    async with worn(home, main=ASKING_MAIN, connect=True) as both:
        recogniser, answered = HeldRecogniser("What is this?"), list[Asked]()
        both.app._by_voice.listening._recogniser = recogniser
        both.app.on_asked(answered.append)
        answer(both.app, ((LISTEN.id, YES), (LEAVE.id, YES)))
        await asked(both, heard, spoken.question())
        await until(lambda: len(answered) >= 2, "it is understood and answered")
        assert recogniser.loudest[0] > LOUD
        assert not any(recogniser.heard[0])
        assert answered[0].question == "What is this?"
        assert answered[0].picture.trigger == "keyword"
        assert heard.outside == 0
        assert heard.ends[0] in ("silence", "time")
        told = [data["state"] for kind, data in await both.journal() if kind == "question"]
        assert told[:2] == [data["state"] for data in noted(both)][:2] == ["begun", "ended"]


def noted(both: Worn) -> list[dict[str, object]]:
    """What the owner's ledger says of questions."""
    return [entry.data for entry in both.app.ledger.entries() if entry.kind == "question"]


async def test_with_the_keyword_alone_a_word_takes_a_photograph_and_no_question_follows(
    home: Home, heard: Heard
) -> None:
    async with worn(home, main=ASKING_MAIN, connect=True) as both:
        answer(both.app, ((LISTEN.id, YES),))
        await until(lambda: both.world.sound.listening, "the glasses listen")
        both.world.say(spoken.question())
        await until(lambda: both.app.gallery.pictures() != [], "a photograph comes")
        taken = both.world.sound.bits_heard
        await until(lambda: both.world.sound.bits_heard - taken > 2_048_000, "they listen on for a second")
        assert (heard.frames[wire.AUDIO], heard.ends, heard.asking) == (0, [], False)
        assert "question" not in [kind for kind, _ in await both.journal()]


async def test_a_question_ends_with_mute_with_the_link_and_with_a_withdrawal(home: Home, heard: Heard) -> None:
    """Somebody speaks on all the time; after each end not one sample more arrives, in no session."""
    async with worn(home, main=ASKING_MAIN, connect=True) as both:
        answer(both.app, ((LISTEN.id, YES), (LEAVE.id, YES)))
        waiting = await asked(both, heard, spoken.long_question())
        await until(lambda: len(heard.codes) > 10, "what waited has arrived")
        both.world.pins.muted = True
        await until(lambda: heard.ends == ["muted"], "mute ends it")
        after = heard.audio_bytes
        assert found_in(waiting, heard), "the search finds what waits"
        assert found_in(memory(both), heard) == [], "nothing of it is left"
        both.world.pins.muted = False
        await until(lambda: both.world.sound.listening, "they listen again")
        assert heard.audio_bytes == after

        await asked(both, heard, spoken.long_question())
        both.sim.radio.drop()
        await both.app.connection.reaches(both.app.connection.state.DISCONNECTED)
        after = heard.audio_bytes
        await both.app.connect()
        assert await held_by_glasses(both) == "stream"
        assert heard.audio_bytes == after
        assert heard.ends == ["muted"], "there was nobody to be told"

        await asked(both, heard, spoken.long_question())
        both.app.onboarding.answer(LISTEN.id, NO)
        await until(lambda: held_is(both, "off"), "the glasses hold the withdrawal")
        after = heard.audio_bytes
        await until(lambda: not both.world.sound.listening, "the microphone stands still")
        assert await held_by_glasses(both) == "off"
        assert heard.audio_bytes == after
        assert heard.outside == 0
        ended = [data for data in noted(both) if data["state"] == "ended"]
        assert [data["reason"] for data in ended] == ["muted", "link_lost", "withdrawn"]
        assert {data["became"] for data in ended} == {"forgotten"}
        ends = [data["reason"] for kind, data in await both.journal() if kind == "question" and "reason" in data]
        assert ends[:2] == ["muted", "gone"]
        assert ends[2] in ("withdrawn", "off")
        assert loaded_microphones(set(sys.modules)) == set()


async def test_audio_flows_after_a_confirmed_yes_and_ends_with_its_withdrawal(home: Home, heard: Heard) -> None:
    async with worn(home, main=SPEAKING_MAIN, connect=True) as both:
        app = both.app
        assert heard.audio_bytes == 0
        app.onboarding.answer(LISTEN.id, YES)
        app.onboarding.answer(LEAVE.id, YES)
        assert heard.audio_bytes == 0
        await until(lambda: heard.audio_bytes > 3000, "audio arrives: otherwise this file would count nothing")
        confirmed = [entry.data for entry in app.ledger.entries() if entry.kind == "voice_policy"][-1]
        assert confirmed["voice"] == "stream"

        app.onboarding.answer(LISTEN.id, NO)
        await until(lambda: app.ledger.entries()[-1].data.get("voice") == "off", "the glasses confirm the withdrawal")
        after = heard.audio_bytes
        await let_it_try(both)
        assert heard.audio_bytes == after
        assert await held_by_glasses(both) == "off"
        settings = [data["voice"] for kind, data in await both.journal() if kind == "settings"]
        assert settings[-2:] == ["stream", "off"] or settings[-3:] == ["keyword", "stream", "off"]


async def test_a_withdrawal_while_the_glasses_are_away_reaches_them_before_the_session_counts(
    home: Home, heard: Heard
) -> None:
    async with worn(home, main=SPEAKING_MAIN) as both:
        answer(both.app, ((LISTEN.id, YES), (LEAVE.id, YES)))
        await both.app.connect()
        await until(lambda: heard.audio_bytes > 0, "audio arrives")
        await both.app.disconnect()
        answer(both.app, ((LEAVE.id, NO),))
        await both.app.connect()
        after = heard.audio_bytes
        await let_it_try(both)
        assert heard.audio_bytes == after
        await both.switch_off()
        assert json.loads((await both.files())["settings.json"])["voice"] == "keyword"


async def test_off_is_the_default_on_the_flash_and_in_the_first_words(new_home: Home) -> None:
    async with worn(new_home) as both:
        await both.sim.board.kill()
        assert "settings.json" not in await both.files()
        await both.switch_on()
        await both.hold_button()
        assert both.app.onboarding.pending()[0] == LISTEN
        await both.app.pair(new_home.code.qr_text, "phone")
        assert both.app.hello is not None
        assert both.app.hello.settings["voice"] == "off"
        assert both.app.hello.settings["clip_audio"] is False


@pytest.mark.parametrize(
    "damaged",
    [
        *(b"", b"{", b'{"voice": "loud"}', b'{"voice": true}', b'["stream"]', b'{"VOICE": "stream"}'),
        b'{"version": 1, "voice": "stream", "clip_audio": true}',
        b'{"version": 2, "voice": "stream", "clip_audio": true}',
    ],
)
async def test_settings_that_make_no_sense_mean_off(home: Home, heard: Heard, damaged: bytes) -> None:
    async with worn(home, main=SPEAKING_MAIN) as both:
        await both.sim.board.kill()
        await both.put_file("settings.json", damaged)
        await both.switch_on()
        await both.app.connect()
        assert both.app.hello is not None
        assert both.app.hello.settings["voice"] == "off"
        assert both.app.hello.settings["clip_audio"] is False
        await let_it_try(both)
        assert heard.audio_bytes == 0


async def test_unknown_policies_and_settings_without_a_consent_are_refused(home: Home, heard: Heard) -> None:
    async with worn(home, main=SPEAKING_MAIN, connect=True) as both:
        ask = both.app.glasses._requests.ask
        before = await both.journal()
        wrong: tuple[dict[str, object], ...] = (
            {"voice": "loud", "consent": CONSENT},
            {"voice": "STREAM", "consent": CONSENT},
            {"voice": None, "consent": CONSENT},
            {"voice": "stream"},
            {"voice": "stream", "consent": ""},
            {"voice": "stream", "consent": "yes"},
            {"voice": "stream", "consent": CONSENT[:-2]},
            {"voice": "stream", "consent": CONSENT, "microphone": True},
        )
        for fields in wrong:
            with pytest.raises(GlassesRefused) as raised:
                await ask("settings", **fields)
            assert raised.value.code == "bad_request"
        assert await both.journal() == before
        assert await held_by_glasses(both) == "off"
        await let_it_try(both)
        assert heard.audio_bytes == 0


@pytest.mark.parametrize(
    ("voice", "clip_audio"), [("off", True), ("keyword", True), ("stream", False), ("stream", True)]
)
async def test_a_clip_has_sound_only_where_audio_may_leave_and_the_owner_wants_it(
    home: Home, voice: str, clip_audio: bool
) -> None:
    yes = {"off": (), "keyword": ((LISTEN.id, YES),), "stream": ((LISTEN.id, YES), (LEAVE.id, YES))}[voice]
    async with worn(home, connect=True) as both:
        answer(both.app, yes)
        await until(lambda: held_is(both, voice), "the glasses hold the answer")
        await both.app.change_settings(clip_audio=clip_audio, keyword=False)
        await until(lambda: not both.world.sound.listening, "nobody listens for the words")
        heard = both.world.sound.bits_heard
        clip = await both.app.clip(1)
        sound = voice == "stream" and clip_audio
        assert (both.world.sound.bits_heard > heard) == sound
        assert (SOUND_CHUNK in clip.read()) == sound
        if not sound:
            with pytest.raises(GlassesRefused) as raised:
                await both.app.glasses.clip(1, audio=True)
            assert raised.value.code == "voice_off"
            assert both.world.sound.bits_heard == heard


async def held_is(both: Worn, voice: str) -> bool:
    return await held_by_glasses(both) == voice


async def test_a_withdrawal_within_a_clip_ends_its_sound_at_once(home: Home) -> None:
    async with worn(home, connect=True) as both:
        answer(both.app, ((LISTEN.id, YES), (LEAVE.id, YES)))
        await until(lambda: held_is(both, "stream"), "the glasses hold the answer")
        await both.app.change_settings(clip_audio=True)
        clip = asyncio.create_task(both.app.clip(6))
        await until(lambda: both.world.sound.listening, "the clip has sound")
        both.app.onboarding.answer(LISTEN.id, NO)
        await until(lambda: held_is(both, "off"), "the glasses hold the withdrawal")
        await until(lambda: not both.world.sound.listening, "the microphone stands still")
        heard = both.world.sound.bits_heard
        assert not clip.done(), "the clip goes on without sound"
        await both.app.stop()
        await clip
        assert both.world.sound.bits_heard == heard


async def test_a_policy_change_names_the_record_on_the_phone_that_allows_it(home: Home) -> None:
    async with worn(home) as both:
        answer(both.app, ((LISTEN.id, YES), (LEAVE.id, YES)))
        await both.app.connect()
        consent = both.app.onboarding.consent(LEAVE.id)
        assert consent is not None
        changed = [data for kind, data in await both.journal() if kind == "settings"][-1]
        assert changed == {"voice": "stream", "keyword": True, "consent": consent.record, "phone": 1}


async def test_a_lost_link_opens_no_microphone_on_the_phone(home: Home) -> None:
    async with worn(home, main=SPEAKING_MAIN) as both:
        answer(both.app, ((LISTEN.id, YES), (LEAVE.id, YES)))
        await both.app.connect()
        both.sim.radio.drop()
        await both.app.connection.reaches(both.app.connection.state.DISCONNECTED)
        assert loaded_microphones(set(sys.modules)) == set()


def test_no_part_of_the_app_can_reach_a_microphone() -> None:
    """Neither in what a fresh process has loaded with all services of the app, nor in any name that is written."""
    code = "import sys, companion_app.companion; print(' '.join(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert loaded_microphones(set(done.stdout.split())) == set()
    for source in (ROOT / "companion_app").rglob("*.py"):
        text = source.read_text()
        # The way to Android's own classes, for keystore, camera and notices; it leads to their recorders, too.
        android = {"jnius"} if source.name == "android.py" and source.is_relative_to(PORTS) else set[str]()
        assert written_microphones(text) <= android, source
        assert not any(recorder in text for recorder in ANDROID_RECORDERS), source


@pytest.mark.parametrize(
    "written",
    [
        "import sounddevice",
        "import sounddevice.extra as quiet",
        "from PyAudio import open_stream",
        "def later():\n    from jnius import autoclass",
        "from kivy.core.audio import SoundLoader",
        "from moonshine_voice import MicTranscriber",
        "from moonshine_voice.mic_transcriber import MicTranscriber",
        "import moonshine_voice.mic_transcriber as quiet",
        "load('moonshine_voice.mic_transcriber')",
        "importlib.import_module('sounddevice')",
        "__import__('soundcard')",
        "package.MicTranscriber()",
        "getattr(package, 'MicTranscriber')",
        "open('/dev/snd/pcmC0D0c', 'rb')",
        "subprocess.run(['arecord', '-d', '3'])",
    ],
)
def test_an_app_that_reached_for_one_would_be_found(written: str) -> None:
    assert written_microphones(written) != set()


@pytest.mark.parametrize("written", ["load('moonshine_voice.transcriber')", "import wave", '"the microphone is muted"'])
def test_what_opens_none_is_not_accused(written: str) -> None:
    assert written_microphones(written) == set()


def loaded_microphones(modules: set[str]) -> set[str]:
    return {name for name in modules if is_microphone(name)}


def is_microphone(name: str) -> bool:
    """The name of a module, a class, a program or a device that reads one."""
    return (
        name.split(".")[0].lower() in MICROPHONES
        or name.startswith(("kivy.core.audio", "/dev/snd", "/dev/dsp"))
        or "mic_transcriber" in name
        or "MicTranscriber" in name
    )


def written_microphones(source: str) -> set[str]:
    """Those that stand in a program: imported, reached as an attribute, or as a string by itself."""
    return {name for node in ast.walk(ast.parse(source)) for name in names_in(node) if is_microphone(name)}


def names_in(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        return [node.module or "", *(alias.name for alias in node.names)]
    if isinstance(node, ast.Attribute):
        return [node.attr]
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return [node.value]
    return []
