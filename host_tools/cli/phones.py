"""`plainsight phones`: who may use the glasses, and what brings a lost phone back."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from typing import TYPE_CHECKING

from companion_app.control.errors import UnknownPhone
from host_tools.cli.output import add_json_option
from host_tools.cli.parsing import Commands, add_command, whole_number
from host_tools.cli.terminal import confirm
from host_tools.exits import Exit, UsageError
from host_tools.worn.options import CODES, WHERE, set_act

if TYPE_CHECKING:
    from companion_app.link.answers import Phone
    from host_tools.worn.session import Worn

_EXAMPLES = f"""\
  plainsight phones                  who is paired
  plainsight phones --invite         a one-time code for a further phone
  plainsight phones --share 2        give phone 2 the owner's key, so that it can open pictures; asks first
  plainsight phones --revoke 2       forget phone 2 at once; asks first
  plainsight phones --phrase         the 24 words that bring the owner's key back when every phone is lost
{WHERE}"""


def add_parser(commands: Commands) -> None:
    """Add `phones` to the command line."""
    parser = add_command(
        commands,
        "phones",
        summary="list, invite, trust and forget phones; show the recovery phrase",
        description="Up to five phones may be paired. Each opens pictures only once the owner gave it the key.",
        examples=_EXAMPLES,
        codes=(*CODES, Exit.NOT_SHARED),
    )
    what = parser.add_mutually_exclusive_group()
    number = whole_number(1, 255)
    what.add_argument("--invite", action="store_true", help="make a one-time code; an earlier one is void")
    what.add_argument("--share", type=number, metavar="PHONE", help="give this phone the owner's key")
    what.add_argument("--revoke", type=number, metavar="PHONE", help="forget this phone")
    what.add_argument("--phrase", action="store_true", help="show the recovery phrase")
    add_json_option(parser)
    set_act(parser, _phones)


async def _phones(worn: Worn, options: argparse.Namespace) -> int:
    if options.invite:
        print(await worn.app.invite())
        worn.tell("One phone can pair with this code: hold the glasses' button for five seconds, then type it there.")
        return Exit.OK
    if options.share is not None:
        return await _share(worn, options.share)
    if options.revoke is not None:
        return await _revoke(worn, options.revoke)
    if options.phrase:
        return await _phrase(worn)
    phones = await worn.app.phones()
    if options.json:
        print(json.dumps([asdict(phone) for phone in phones], indent=2))
    else:
        print("\n".join(f"{phone.id:3d}  {phone.name}{'  (this one)' if phone.current else ''}" for phone in phones))
    return Exit.OK


async def _row(worn: Worn, number: int) -> Phone:
    """The phone of this number. Raises UnknownPhone."""
    for phone in await worn.app.phones():
        if phone.id == number:
            return phone
    raise UnknownPhone(number)


async def _share(worn: Worn, phone: int) -> int:
    if (await _row(worn, phone)).current:
        raise UsageError(f"--share {phone}: this is the phone that you are using; `plainsight phones` lists the others")
    code = await worn.app.comparison_code(phone)
    worn.tell(f"The new phone must show this code: {code}. If it shows another, somebody else's phone is paired.")
    if not await confirm("Does it, and may that phone open every picture"):
        worn.tell("nothing was given away")
        return Exit.NOT_SHARED
    await worn.app.share_key(phone)
    print(f"phone {phone} finds the owner's key at its next visit")
    return Exit.OK


async def _revoke(worn: Worn, phone: int) -> int:
    if (await _row(worn, phone)).current:
        worn.tell("This is the phone that you are using: only the recovery phrase, or a new code, brings it back.")
    if not await confirm(f"Forget phone {phone} at once"):
        worn.tell("nothing was changed")
        return Exit.NOT_SHARED
    await worn.app.revoke(phone)
    print(f"phone {phone} is forgotten")
    return Exit.OK


async def _phrase(worn: Worn) -> int:
    worn.tell("Who has these words can open every picture of these glasses. Write them on paper.")
    if not await confirm("Show them"):
        worn.tell("nothing was shown")
        return Exit.NOT_SHARED
    print(worn.app.recovery_phrase())
    return Exit.OK
