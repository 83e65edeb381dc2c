"""How many codes may be asked for, of which kind, by whom and to which number (docs/adr/0009-limits.md)."""

from __future__ import annotations

import secrets

from accounts import limits
from accounts.errors import TooManyRequests
from accounts.models import OneTimeCode

_Purpose = OneTimeCode.Purpose
# Whose `subject` is an account, asked for by a browser that has proved that account's password. Whoever knows it can
# use up an hour's codes of that one account and purpose, and no more.
AFTER_A_PASSWORD = {_Purpose.TAKE_OVER, _Purpose.RECOVERY, _Purpose.PHONE_OLD, _Purpose.PHONE_NEW}
# Asked for by a name alone: nothing a browser sees or measures may tell whether there is such an account, so what is
# asked for in vain gets a decoy, a code to nobody that never holds.
BY_NAME_ALONE = {_Purpose.RESET}


def spend(*, purpose: OneTimeCode.Purpose, subject: str, phone: str, address: str, is_known: bool) -> str:
    """Where the message may go: to nobody if it was asked for by name alone, in vain or too often for the number.

    `is_known` says that the account was opened in this browser before.
    """
    of_account = [("code.account", f"{purpose}:{subject}")]
    of_stranger = [("code.stranger.hour", phone), ("code.stranger.day", phone)]
    of_number = [("code.number.hour", phone), ("code.number.day", phone)]
    # Strangers share an address, and half of the portal's day: they must not use up what its account holders need.
    of_strangers = [("code.address", address), ("code.stranger.portal", ""), ("code.portal", "")]
    if purpose == _Purpose.PHONE_NEW:  # whose number that is, nobody knows yet
        limits.hit_together(*of_account, *of_stranger, *of_number, ("code.portal", ""))
        return phone
    if purpose in AFTER_A_PASSWORD:
        limits.hit_together(*of_account, *of_number, ("code.portal", ""))
        return phone
    if purpose not in BY_NAME_ALONE:
        limits.hit_together(*of_stranger, *of_number, *of_strangers)
        return phone
    # Names cost nothing to make up: what they use must not be what everybody else's codes need.
    limits.hit_together(("code.address", address), ("code.named.portal", ""))
    nobody = secrets.token_hex()  # the same work is done for a number that is not there
    of_asker = of_account if is_known else of_stranger
    try:
        limits.hit_together(*((name, key or nobody) for name, key in [*of_asker, *of_number]))
    except TooManyRequests:
        return ""
    return phone
