"""A piece of work for the browser, instead of a picture to read (docs/adr/0012-login-challenge.md).

A login has it where one address tries a lot; a page that sends a code by a
number or a name alone has it always. In ALTCHA's format: the browser looks for
the number behind a hash. Bound to the address, good for half an hour and for
one use; who cannot run the script is counted more strictly, and waits.
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
# Of a page that sends codes: hashes at most, by how much of its codes the address has used.
WORK_BY_USE = ((0.5, 1_000_000), (0.1, 250_000), (0.0, 40_000))
FREE_PART = 0.5  # of the codes without work that an address has; for the others one waits
LONGEST = 2000  # characters; ours have some 700


class ChallengeMissing(PortalError):
    code = "challenge_missing"
    message = _(
        "Có nhiều lần thử từ mạng bạn đang dùng nên trang này cần kiểm tra thêm. Lần bấm vừa rồi chưa bị tính là sai: "
        "điền lại, chờ 10 giây rồi bấm lần nữa."
    )


class CodeNotYet(ChallengeMissing):
    """The same where nothing was guessed."""

    code = "code_not_yet"
    message = _(
        "Có nhiều lần lấy mã từ mạng bạn đang dùng nên trang này cần kiểm tra thêm. Chưa có mã nào được gửi; số bạn "
        "nhập vẫn được giữ: chờ 10 giây rồi bấm lần nữa."
    )


@dataclass(frozen=True)
class Challenge:
    """What the page carries in its field `altcha`: the work with an empty solution, which the script fills in.

    A `quiet` one speaks only to who is kept waiting: with the script after a press, without it if it `waits`.
    """

    answer: str
    quiet: bool = False
    waits: bool = True


def is_needed(address: str) -> bool:
    """Whether so many wrong passwords came from the address that it is asked for more."""
    return limits.is_over("login.address", address)


def new(address: str) -> Challenge:
    """For a login."""
    return Challenge(_work(address, MOST_WORK))


def new_for_code(address: str) -> Challenge:
    """For a page that sends codes: little work, more for an address that has sent a lot."""
    used = limits.part_used("code.address", address)
    most_work = next(work for part, work in WORK_BY_USE if used >= part)
    return Challenge(_work(_of_codes(address), most_work), quiet=True, waits=_has_to_wait(address))


def check(address: str, answer: str) -> None:
    """Use up the challenge. ChallengeMissing unless it is ours, for this address, unused, and solved or waited for;
    TooManyRequests when too many from here wait instead of solving.
    """
    _check(address, answer, unsolved=[("challenge.wait", address)])


def check_for_code(address: str, answer: str) -> None:
    """The same before a code is sent; CodeNotYet. The first of an address and hour need neither work nor waiting.

    Says nothing about the number or name the code is asked for by: nothing here knows it.
    """
    unsolved = [("code.unsolved", address), ("code.unsolved.portal", "")]
    try:
        _check(_of_codes(address), answer, unsolved=unsolved)
    except ChallengeMissing as missing:
        if _has_to_wait(address):
            raise CodeNotYet from missing
        limits.hit_together(*unsolved)


def _work(address: str, most_work: int) -> str:
    work = altcha.create_challenge(
        algorithm="SHA-256",
        cost=1,
        counter=1 + secrets.randbelow(most_work),
        expires_at=int(time.time()) + LASTS,
        data={"for": _digest(address)},
        hmac_secret=_secret(),
    )
    return altcha.Payload(work, altcha.Solution(counter=0, derived_key="")).to_base64()


def _check(address: str, answer: str, *, unsolved: list[tuple[str, str]]) -> None:
    """`unsolved` are the limits of those who wait."""
    work, is_solved = _read(answer)
    if work.data != {"for": _digest(address)}:
        raise ChallengeMissing
    uses = [("challenge.once", work.nonce)]
    if not is_solved:
        if int(work.expires_at or 0) - LASTS + WAIT > time.time():
            raise ChallengeMissing
        uses += unsolved
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


def _has_to_wait(address: str) -> bool:
    return limits.part_used("code.unsolved", address) >= FREE_PART or limits.is_over("code.unsolved.portal", "")


def _of_codes(address: str) -> str:
    """Little work must not open a login."""
    return f"code:{address}"


def _digest(address: str) -> str:
    return keyed_digest(address, purpose="challenge-address")[:32]


def _secret() -> str:
    return keyed_digest("", purpose="challenge")
