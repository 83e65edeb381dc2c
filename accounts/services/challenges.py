"""A piece of work for the browser where one address tries a lot (docs/adr/0012-login-challenge.md).

In ALTCHA's format: the browser looks for the number behind a hash. Bound to the
address, good for half an hour and for one use; who cannot run the script waits.
"""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass

import altcha
from django.utils.translation import gettext_lazy as _

from accounts import limits
from accounts.errors import PortalError, TooManyRequests
from accounts.sealing import keyed_digest

MOST_WORK = 100_000  # hashes; half of that on average, a second on an old phone's 50,000 a second
LASTS = 30 * 60  # seconds, less than a used one is remembered ("challenge.once")
WAIT = 10  # seconds
LONGEST = 2000  # characters; ours have some 700


class ChallengeMissing(PortalError):
    code = "challenge_missing"
    message = _(
        "Có nhiều lần thử từ mạng bạn đang dùng nên trang này cần kiểm tra thêm. Lần bấm vừa rồi chưa bị tính là sai: "
        "điền lại, chờ 10 giây rồi bấm lần nữa."
    )


@dataclass(frozen=True)
class Challenge:
    """What the page carries in its field `altcha`: the work with an empty solution, which the script fills in."""

    answer: str


def is_needed(address: str) -> bool:
    """Whether so many wrong passwords came from the address that it is asked for more."""
    return limits.is_over("login.address", address)


def new(address: str) -> Challenge:
    work = altcha.create_challenge(
        algorithm="SHA-256",
        cost=1,
        counter=1 + secrets.randbelow(MOST_WORK),
        expires_at=int(time.time()) + LASTS,
        data={"for": _digest(address)},
        hmac_secret=_secret(),
    )
    return Challenge(altcha.Payload(work, altcha.Solution(counter=0, derived_key="")).to_base64())


def check(address: str, answer: str) -> None:
    """Use up the challenge. ChallengeMissing unless it is ours, for this address, unused, and solved or waited for;
    TooManyRequests when too many from here wait instead of solving.
    """
    work, is_solved = _read(answer)
    if work.data != {"for": _digest(address)}:
        raise ChallengeMissing
    uses = [("challenge.once", work.nonce)]
    if not is_solved:
        if int(work.expires_at or 0) - LASTS + WAIT > time.time():
            raise ChallengeMissing
        uses.append(("challenge.wait", address))
    try:
        limits.hit_together(*uses)
    except TooManyRequests as used_up:
        if used_up.limit == "challenge.once":
            raise ChallengeMissing from used_up
        raise


def _read(answer: str) -> tuple[altcha.ChallengeParameters, bool]:
    """The work as we signed it, and whether its solution is right."""
    if len(answer) > LONGEST:
        raise ChallengeMissing
    result = altcha.verify_solution(answer, _secret())
    if result.error or result.expired or result.invalid_signature:
        raise ChallengeMissing
    return altcha.Payload.from_base64(answer).challenge.parameters, result.verified


def _digest(address: str) -> str:
    return keyed_digest(address, purpose="challenge-address")[:32]


def _secret() -> str:
    return keyed_digest("", purpose="challenge")
