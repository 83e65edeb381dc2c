"""Which browsers an account remembers, by a secret that changes at every login (docs/adr/0010-one-device.md).

A browser keeps two things in its cookie: a key of its own, and for each account
the proof of its last turn with it. A copied cookie is worth something until the
browser it was copied from logs in the next time.
"""

from __future__ import annotations

import hmac
from datetime import timedelta

from django.utils import timezone

from accounts.browsers import Browser, Proof
from accounts.models import Device, User
from accounts.places import place_of
from accounts.sealing import keyed_digest

# The proof of the turn before still holds so long: the answer that carried the new one may have been lost on the way,
# and the same button is pressed twice.
OVERLAP = timedelta(minutes=5)
TRUSTED_AFTER = ("", Device.Ending.SIGN_OUT)
DISPUTED_WITHIN = timedelta(hours=72)
# Every login asks it right after its password's hash has emptied the processor's caches, where building the query
# costs twice what asking it does.
_LATEST_TURN = "SELECT * FROM accounts_device WHERE user_id = %s AND digest = %s ORDER BY id DESC LIMIT 1"


def latest_turn(user: User, browser: Browser) -> Device | None:
    """Of the browser that has this key: whether it is that browser itself, and no copy of it, `holds_proof` tells."""
    return next(iter(Device.objects.raw(_LATEST_TURN, [user.pk, _digest(user, browser)])), None)


def holds_proof(turn: Device, browser: Browser) -> bool:
    if turn.rotated_at is None:
        return True  # from before there were proofs
    is_recent = turn.rotated_at > timezone.now() - OVERLAP
    if is_recent and turn.rotation == 0:
        return True  # the first turn of all: what the browser sends a second time has no proof yet
    return shows_proof(turn, browser) or (is_recent and _is_among(_proof(turn, before=1), browser))


def shows_proof(turn: Device, browser: Browser) -> bool:
    """Whether the cookie holds this very turn's last proof: nothing that only its own browser could know is spared."""
    return _is_among(_proof(turn), browser)


def has_been_here(user: User, browser: Browser) -> bool:
    """Whether the account was ever opened in the browser that has this key: told by the cookie alone, so that a name
    nobody has costs no less time. A copy of the cookie, or a browser that was put out, shares that browser's count.
    """
    return bool(browser.proofs) and bool(_own_proofs(_digest(user, browser), browser))


def is_trusted(latest: Device | None, browser: Browser) -> bool:
    """Whether this is the browser its owner left by signing out, not one that was put out."""
    return latest is not None and latest.ended_by in TRUSTED_AFTER and holds_proof(latest, browser)


def begin_turn(user: User, browser: Browser, *, before: Device | None, address: str) -> tuple[Device, Browser]:
    """A new turn, and the browser as its cookie has to be from now on; `before` is its latest turn."""
    is_same = before is not None and holds_proof(before, browser)
    now = timezone.now()
    turn = Device.objects.create(
        user=user,
        name=browser.name,
        place=before.place if before is not None and is_same else place_of(address),
        digest=_digest(user, browser),
        rotation=before.rotation + 1 if before is not None else 0,
        rotated_at=now,
        last_used_at=now,
    )
    return turn, browser.with_proof(_proof(turn), instead_of=_own_proofs(turn.digest, browser))


def go_on_with(turn: Device, browser: Browser) -> Browser:
    """The same turn after another login: with a new proof, unless this is the second press of that login's button."""
    now = timezone.now()
    if turn.rotated_at is None or shows_proof(turn, browser):
        turn.rotation, turn.rotated_at = turn.rotation + 1, now
    turn.last_used_at = now
    turn.save(update_fields=["rotation", "rotated_at", "last_used_at"])
    return browser.with_proof(_proof(turn), instead_of=_own_proofs(turn.digest, browser))


def put_out_here(browser: Browser, *, turn_id: int | None = None) -> Device | None:
    """The latest turn of this browser that a take-over ended in the last 72 hours and nobody has disputed, whatever
    the account; or this one, if it is such.
    """
    turns = [kept.turn for kept in browser.proofs if kept.turn and turn_id in (None, kept.turn)]
    if not turns:
        return None
    since = timezone.now() - DISPUTED_WITHIN
    ended = Device.objects.filter(pk__in=turns, ended_by=Device.Ending.TAKE_OVER, ended_at__gt=since, disputed_at=None)
    return max((turn for turn in ended if shows_proof(turn, browser)), key=lambda turn: turn.pk, default=None)


def _is_among(proof: Proof, browser: Browser) -> bool:
    return any(hmac.compare_digest(proof.digest, kept.digest) for kept in browser.proofs)


def _own_proofs(digest: str, browser: Browser) -> list[Proof]:
    """Of the account and browser that this digest is of, from whichever login."""
    return [kept for kept in browser.proofs if hmac.compare_digest(_signed(digest, kept.login), kept.digest)]


def _proof(turn: Device, *, before: int = 0) -> Proof:
    """The same however often it is asked: a second press of the button gets the same cookie."""
    login = turn.rotation - before
    return Proof(turn.pk, login, _signed(turn.digest, login))


def _signed(digest: str, login: int) -> str:
    return keyed_digest(f"{digest}:{login}", purpose="device-proof")[:32]


def _digest(user: User, browser: Browser) -> str:
    """Of this browser for this account: the accounts that share a browser cannot be told from their rows."""
    return keyed_digest(f"{user.pk}:{browser.key}", purpose="device")
