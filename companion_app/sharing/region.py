"""Where the wearer is, as far as a rule depends on it: ISO 3166-1 countries, and states of the USA (ISO 3166-2).

A region is what the owner says; nothing here asks a network or a sensor. Not said means the strictest rule.
"""

from __future__ import annotations

import re

from companion_app.sharing.errors import BadRegion

_COUNTRY_CODES = """
    AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ
    CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR
    GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO
    JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR
    MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO
    RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV
    TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW
"""
_STATE_CODES = """
    AL AK AZ AR CA CO CT DE DC FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC ND OH OK
    OR PA RI SC SD TN TX UT VT VA WA WV WI WY AS GU MP PR UM VI
"""
_COUNTRIES = frozenset(_COUNTRY_CODES.split())
_STATES = frozenset(_STATE_CODES.split())
# The European Union, Iceland, Liechtenstein and Norway.
EEA = (
    "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IS", "IT", "LI", "LT",
    "LU", "LV", "MT", "NL", "NO", "PL", "PT", "RO", "SE", "SI", "SK",
)  # fmt: skip
# States with a law on biometric data: docs/endpoints.md names the overview that was read, and its date.
BIOMETRIC_STATES = ("US-AR", "US-CA", "US-IL", "US-NY", "US-TX", "US-WA")
_CODE = re.compile(r"([A-Z]{2})(?:-([A-Z0-9]{1,3}))?")
_MAX_SHOWN = 40


def parse(text: str) -> str:
    """One spelling of a region: "DE", "US-IL". Only states of the USA have rules, so only they are taken as parts.
    Raises BadRegion."""
    code = text.strip().upper()
    # Upper-casing turns some letters of other scripts into ours.
    found = _CODE.fullmatch(code) if text.isascii() else None
    if found is None or found[1] not in _COUNTRIES:
        raise BadRegion(region=text[:_MAX_SHOWN], reason="not a country's code of ISO 3166-1")
    if found[2] is None:
        return code
    # A state that is misspelt must not slip past the rule of the one that was meant.
    if found[1] != "US" or found[2] not in _STATES:
        raise BadRegion(region=text[:_MAX_SHOWN], reason="not a state of the USA, and no other part has rules here")
    return code


def within(region: str, code: str) -> bool:
    """True when `region` is `code` or a part of it."""
    return region == code or region.startswith(code + "-")


def may_be_within(region: str, code: str) -> bool:
    """True when somebody in `region` may be in `code`: the USA without a state may be each of them."""
    return within(region, code) or within(code, region)
