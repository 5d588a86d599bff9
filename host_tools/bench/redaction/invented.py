"""Numbers, names and addresses of nobody, right in every check digit, from a seed."""

from __future__ import annotations

import random

_FIRST = ("ERIKA", "JONAS", "AMINA", "PIERRE", "OLGA", "MATEO", "SINEAD", "YUKI")
_LAST = ("MUSTERMANN", "LINDQVIST", "OKAFOR", "DUBOIS", "PETROVA", "GARCIA", "MURPHY", "TANAKA")
_SIGNS = (
    ("Opening hours", "Monday to Friday", "9 to 17"),
    ("No entry", "Staff only"),
    ("Platform 4", "Trains to Bristol", "every 20 minutes"),
    ("Fresh bread", "Rye 4.20", "Wheat 3.80"),
    ("Caution", "Wet floor"),
    ("Museum closed", "on public holidays"),
)
_BANKS = ("GOOD BANK", "CITY UNION", "NORTHERN TRUST", "VOLKSKASSE")
_MRZ_LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ<"


def card(chance: random.Random) -> tuple[str, ...]:
    """Bank, number with a right Luhn digit, name, expiry."""
    digits = [int(digit) for digit in chance.choice(("4", "51", "55")) + f"{chance.randrange(10**13):013d}"][:15]
    doubled = [digit * 2 - 9 * (digit > 4) if place % 2 == 0 else digit for place, digit in enumerate(digits)]
    number = "".join(map(str, [*digits, -sum(doubled) % 10]))
    grouped = " ".join(number[at : at + 4] for at in range(0, 16, 4))
    return chance.choice(_BANKS), grouped, f"{name(chance)}", f"{chance.randint(1, 12):02d}/{chance.randint(27, 35)}"


def name(chance: random.Random) -> str:
    """A first and a last name."""
    return f"{chance.choice(_FIRST)} {chance.choice(_LAST)}"


def passport(chance: random.Random) -> tuple[str, ...]:
    """A passport's two lines (ICAO 9303, TD3)."""
    first, last = name(chance).split()
    number, born, until = (f"{chance.randrange(10**count):0{count}d}" for count in (8, 6, 6))
    number = chance.choice("CLPX") + number
    upper = f"P<UTO{last}<<{first}".ljust(44, "<")
    body = f"{number}{digit(number)}UTO{born}{digit(born)}F{until}{digit(until)}" + "<" * 14 + "0"
    checked = body[:10] + body[13:20] + body[21:43]
    return upper, body + digit(checked)


def digit(text: str) -> str:
    """The check digit of a machine-readable zone: weights 7, 3, 1."""
    values = (_MRZ_LETTERS.index(letter) % 36 for letter in text)
    return str(sum(value * (7, 3, 1)[place % 3] for place, value in enumerate(values)) % 10)


def plate(chance: random.Random) -> tuple[str, ...]:
    """A German, British or French plate."""
    letters = "ABCDEFGHJKLMNPRSTUVWXYZ"
    pick = "".join(chance.choice(letters) for _ in range(5))
    number = chance.randint(10, 99)
    german, british = f"B-{pick[:2]} {number}{number % 10}", f"{pick[:2]}{number} {pick[2:]}"
    return (chance.choice((german, british, f"{pick[:2]}-{number}7-{pick[2:4]}")),)


def sign(chance: random.Random) -> tuple[str, ...]:
    """What a public sign says."""
    return chance.choice(_SIGNS)


def contact(chance: random.Random) -> tuple[str, ...]:
    """A name with an address and a number."""
    who = name(chance)
    mail = who.lower().replace(" ", ".") + "@example.org"
    return who.title(), mail, f"+49 30 {chance.randrange(10**7):07d}"


def link(chance: random.Random) -> str:
    """What a code holds."""
    return f"https://example.org/{chance.randrange(10**9)}"


def article(chance: random.Random) -> str:
    """Twelve digits of an EAN-13; whoever draws it adds the check digit."""
    return f"40{chance.randrange(10**10):010d}"
