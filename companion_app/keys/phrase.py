"""The owner's key as 24 words on paper (BIP-39, English), and the code that lets a phone with the phrase pair."""

from __future__ import annotations

import re
from difflib import get_close_matches

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from mnemonic import Mnemonic

from companion_app.keys.errors import PhraseWrong

WORDS = 24
RECOVERY_CODE_BYTES = 16
_WORDS_OF_ALL = Mnemonic("english")
_MOST_CHARACTERS = 1000
_MOST_NEAR = 3


def phrase_of(private: X25519PrivateKey) -> str:
    """24 words, separated by spaces: whoever has them opens every picture."""
    return _WORDS_OF_ALL.to_mnemonic(private.private_bytes_raw())


def key_of(phrase: str) -> X25519PrivateKey:
    """The key from a typed phrase; case, numbers and punctuation do not matter. Raises PhraseWrong."""
    words = re.findall(r"[^\W\d_]+", phrase[:_MOST_CHARACTERS].lower())
    for position, word in enumerate(words, 1):
        if word not in _WORDS_OF_ALL.wordlist:
            raise PhraseWrong("unknown_word", word, position, _near(word))
    if len(words) != WORDS:
        raise PhraseWrong("word_count", position=len(words))
    if not _WORDS_OF_ALL.check(" ".join(words)):
        raise PhraseWrong("checksum")
    return X25519PrivateKey.from_private_bytes(bytes(_WORDS_OF_ALL.to_entropy(words)))


def recovery_code(private: X25519PrivateKey) -> bytes:
    """What the glasses keep to recognise a phone with the phrase; it tells nothing about the key."""
    derived = HKDF(SHA256(), RECOVERY_CODE_BYTES, salt=None, info=b"plainsight-recovery-v1")
    return derived.derive(private.private_bytes_raw())


def _near(word: str) -> tuple[str, ...]:
    """Words that may be meant: four letters tell any two apart."""
    begun = [known for known in _WORDS_OF_ALL.wordlist if len(word) >= _MOST_NEAR and known.startswith(word[:4])]
    return tuple((begun or get_close_matches(word, _WORDS_OF_ALL.wordlist))[:_MOST_NEAR])
