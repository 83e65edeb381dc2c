"""Every named rate limit of the portal in one table, and the client address they count by (docs/adr/0009-limits.md)."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.http import HttpRequest

from accounts import alarms, counting
from accounts.counting import Limit, Use
from accounts.errors import Busy, Crowded, TooManyRequests
from accounts.models import Alarm
from accounts.sealing import keyed_digest

MINUTE, HOUR, DAY = 60, 60 * 60, 24 * 60 * 60

LIMITS = {
    # wrong passwords: five lock for a quarter of an hour, by login name, known or not, and by account, which may have
    # two names; a browser the account remembers has a count of its own, so that a stranger cannot lock its owner out.
    # An address is never locked, since a village shares one: from a hundred it is asked for more (services/challenges)
    "login.name": Limit(5, 15 * MINUTE, guards_secrets=True, locks=True),
    "login.account": Limit(5, 15 * MINUTE, guards_secrets=True, locks=True),
    "login.device": Limit(5, 15 * MINUTE, guards_secrets=True, locks=True),
    "login.inside": Limit(5, 15 * MINUTE, guards_secrets=True, locks=True),
    "login.address": Limit(100, 15 * MINUTE, guards_secrets=True, refuses=False),
    "challenge.once": Limit(1, HOUR, guards_secrets=True),
    "challenge.wait": Limit(30, MINUTE, guards_secrets=True),
    # codes asked for by a number or a name alone, without the work done: few from an address, and from half of them on,
    # or once the portal has had a lot of them, one waits
    "code.unsolved": Limit(60, HOUR, guards_secrets=True),
    "code.unsolved.portal": Limit(2000, HOUR, guards_secrets=True, refuses=False),
    # what opens an account without its password, or beside it
    "reset.device": Limit(5, HOUR, guards_secrets=True),
    "reset.name": Limit(5, HOUR, guards_secrets=True),
    "reset.address": Limit(100, HOUR, guards_secrets=True),
    "recovery.account": Limit(5, 15 * MINUTE, guards_secrets=True),
    "second.account": Limit(10, 15 * MINUTE, guards_secrets=True),
    "phone.account": Limit(3, DAY, guards_secrets=True),
    "language.account": Limit(20, DAY),
    # codes: of a number's 10 an hour and 20 a day, browsers that have proved nothing may use half, so that
    # a stranger cannot silence a citizen; after a password the account has a count of its own
    "code.stranger.hour": Limit(5, HOUR, guards_secrets=True),
    "code.stranger.day": Limit(10, DAY, guards_secrets=True),
    "code.account": Limit(5, HOUR, guards_secrets=True),
    "code.number.hour": Limit(10, HOUR, guards_secrets=True),
    "code.number.day": Limit(20, DAY, guards_secrets=True),
    # an address may be a commune hall or a carrier's gateway with a whole district behind it
    "code.address": Limit(300, HOUR, guards_secrets=True, alarm=Alarm.Kind.ADDRESS),
    "code.stranger.portal": Limit(100_000, DAY, guards_secrets=True, alarm=Alarm.Kind.BUDGET_GONE),
    "code.named.portal": Limit(50_000, DAY, guards_secrets=True, alarm=Alarm.Kind.BUDGET_GONE),
    "code.portal": Limit(200_000, DAY, guards_secrets=True, alarm=Alarm.Kind.BUDGET_GONE),
    # one-time passwords that staff send again to one account
    "credentials.account": Limit(5, DAY, guards_secrets=True),
    # status by file number and phone: wrong guesses. File numbers can be counted up, so one address must not be able to
    # shut a file to its citizen; all together would still need years for one number's phone
    "status.address": Limit(60, 15 * MINUTE, guards_secrets=True),
    "status.file.address": Limit(20, 15 * MINUTE, guards_secrets=True),
    "status.file": Limit(600, 15 * MINUTE, guards_secrets=True),
    # its printed sheet: a tenth of a second of work each; the copy of its data: an event that stays
    "sheet.file": Limit(20, HOUR),
    "export.file": Limit(20, HOUR),
    # declarations begun after the first with one proof of a phone
    "draft.phone": Limit(30, DAY),
    # cards looked at by a clinic desk, and what it guessed: a number and birth date that belong to nobody
    "check.desk": Limit(300, HOUR),
    "check.facility": Limit(5000, HOUR),
    "check.guess.desk": Limit(30, HOUR, guards_secrets=True),
    "check.guess.facility": Limit(300, HOUR, guards_secrets=True),
    # of one person's birth date: a facility that guesses must not keep the others from their patient
    "check.guess.card": Limit(10, HOUR, guards_secrets=True),
    "check.guess.card.everywhere": Limit(100, HOUR, guards_secrets=True),
    # photos: work for the decoder; a draft is worth one proved phone
    "photo.address": Limit(2000, HOUR),
    "photo.draft": Limit(60, HOUR),
    # wards looked for as they are typed, each a few times a name
    "place.address": Limit(20_000, HOUR),
    "place.draft": Limit(600, HOUR),
    # turned and cut by one button a time: less work than an upload
    "photo.edit": Limit(400, HOUR),
    # half a second of work each; beyond it a portrait is cut without looking for its face
    "photo.faces": Limit(60, HOUR, refuses=False),
    # tokens for another phone: given to one draft, and addresses opened that are no token's
    "handover.draft": Limit(20, HOUR),
    "handover.address": Limit(100, 15 * MINUTE, guards_secrets=True),
}


def hit(name: str, key: str = "") -> None:
    """Count one use of the limit by `key`; TooManyRequests once it is used up."""
    hit_together((name, key))


def hit_together(*uses: tuple[str, str]) -> None:
    """Count one use of each (limit, key), or none of them: TooManyRequests, by the first that is used up."""
    try:
        counting.take([_use(name, key) for name, key in uses])
    except TooManyRequests as refusal:
        alarm = LIMITS[refusal.limit].alarm
        if alarm is not None:
            alarms.sound(alarm, refusal.limit)
        raise


@contextmanager
def failures(*uses: tuple[str, str]) -> Iterator[None]:
    """Count each (limit, key) before the work, and give it back if the work raises nothing.

    Counting first is what keeps parallel guesses within the limit. All are counted or none: a use that
    one limit refuses does not spend the others.
    """
    taken = counting.take([_use(name, key) for name, key in uses])
    try:
        yield
    except Crowded:
        taken.give_back()  # nothing was judged
        raise
    taken.give_back()


def is_over(name: str, key: str) -> bool:
    """Whether `key` has reached the limit, spending nothing; no while nothing can say."""
    return part_used(name, key) >= 1


def part_used(name: str, key: str = "") -> float:
    """How much of the limit `key` has used in this window, 1 for all of it; 0 while nothing can say."""
    return counting.count_of(_use(name, key)) / LIMITS[name].count


def forget(*uses: tuple[str, str]) -> None:
    """Forgive what was counted of each (limit, key): a lock that came of it is over."""
    counting.forget([_use(name, key) for name, key in uses])


@contextmanager
def one_at_a_time(name: str, key: str, *, seconds: int) -> Iterator[None]:
    """Busy if the same work for `key` is under way; let through while the store is away."""
    place = f"busy:{name}:{_digest(key)}"
    is_free = counting.ask_store(lambda store: bool(store.client.set(place, 1, nx=True, ex=seconds)))
    if is_free is False:
        raise Busy
    try:
        yield
    finally:
        counting.ask_store(lambda store: store.client.delete(place))


def client_address(request: HttpRequest) -> str:
    """Whom limits count: `caller`, or all of its network."""
    return _network(caller(request))


def caller(request: HttpRequest) -> str:
    """The address our outermost trusted proxy saw; what a client wrote into the header itself never counts."""
    proxies = settings.TRUSTED_PROXY_COUNT
    forwarded = [part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")]
    if proxies and len(forwarded) >= proxies and forwarded[-proxies]:
        return forwarded[-proxies]
    return str(request.META.get("REMOTE_ADDR", ""))


def _network(address: str) -> str:
    """An IPv6 subscriber has a whole /64 to change addresses in; it counts as one."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv6Address) and parsed.ipv4_mapped is None:
        return str(ipaddress.ip_network((parsed, 64), strict=False))
    return str(getattr(parsed, "ipv4_mapped", None) or parsed)


def _use(name: str, key: str) -> Use:
    return Use(name, LIMITS[name], f"limit:{name}:{_digest(key)}")


def _digest(key: str) -> str:
    """Neither the store nor the database ever sees a number, a code or an address."""
    return keyed_digest(key, purpose="limit")[:32]
