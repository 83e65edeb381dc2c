"""Every named rate limit of the portal, in one table, and the client address they count by.

Counted in Redis, fixed windows. When Redis is away, limits on codes and
passwords count in the database; limits on reading let people through.
"""

from __future__ import annotations

import ipaddress
import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from time import monotonic

from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.db.models import F
from django.http import HttpRequest
from django.utils import timezone
from redis.exceptions import RedisError

from accounts.errors import Busy, TooManyRequests
from accounts.models import RateCount
from accounts.sealing import keyed_digest

logger = logging.getLogger(__name__)

HOUR, DAY = 60 * 60, 24 * 60 * 60
STORE_LEFT_ALONE = 5.0  # seconds
_away_until = 0.0


@dataclass(frozen=True)
class Limit:
    count: int
    seconds: int
    guards_secrets: bool = False


LIMITS = {
    # wrong passwords: per login name, known or not; per address only a flood, since a village shares one
    "login.name": Limit(5, 15 * 60, guards_secrets=True),
    "login.address": Limit(1000, 15 * 60, guards_secrets=True),
    # codes: of a number's 10 an hour and 20 a day, browsers that have proved nothing may use half, so that
    # a stranger cannot silence a citizen; after a password the account has a count of its own
    "code.stranger.hour": Limit(5, HOUR, guards_secrets=True),
    "code.stranger.day": Limit(10, DAY, guards_secrets=True),
    "code.account": Limit(5, HOUR, guards_secrets=True),
    "code.number.hour": Limit(10, HOUR, guards_secrets=True),
    "code.number.day": Limit(20, DAY, guards_secrets=True),
    # an address may be a commune hall or a carrier's gateway with a whole district behind it
    "code.address": Limit(300, HOUR, guards_secrets=True),
    "code.portal": Limit(200_000, DAY, guards_secrets=True),
    # status by file number and phone: wrong guesses
    "status.address": Limit(60, 15 * 60, guards_secrets=True),
    "status.file": Limit(20, 15 * 60, guards_secrets=True),
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
}


@dataclass(frozen=True)
class _Slot:
    """Where one use was counted: this window's key, in the store or in the database."""

    key: str
    in_database: bool


def hit(name: str, key: str = "") -> None:
    """Count one use of the limit by `key`; TooManyRequests once it is used up."""
    _take(name, key)


@contextmanager
def failures(*uses: tuple[str, str]) -> Iterator[None]:
    """Count each (limit, key) before the work, and give it back if the work raises nothing.

    Counting first is what keeps parallel guesses within the limit. A use that
    is refused by one limit does not spend the others.
    """
    slots: list[_Slot] = []
    try:
        for name, key in uses:
            slots.append(_take(name, key))
    except TooManyRequests:
        for slot in slots:
            _give_back(slot)
        raise
    yield
    for slot in slots:
        _give_back(slot)


@contextmanager
def one_at_a_time(name: str, key: str, *, seconds: int) -> Iterator[None]:
    """Busy if the same work for `key` is under way; let through while the store is away."""
    slot = f"busy:{name}:{keyed_digest(key, purpose='limit')[:32]}"
    try:
        is_free = cache.add(slot, 1, timeout=seconds)
    except (RedisError, OSError):
        is_free = True
    if not is_free:
        raise Busy
    try:
        yield
    finally:
        with suppress(RedisError, OSError):
            cache.delete(slot)


def client_address(request: HttpRequest) -> str:
    """The address our outermost trusted proxy saw; what a client wrote into the header itself never counts."""
    proxies = settings.TRUSTED_PROXY_COUNT
    forwarded = [part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")]
    if proxies and len(forwarded) >= proxies and forwarded[-proxies]:
        return _network(forwarded[-proxies])
    return _network(str(request.META.get("REMOTE_ADDR", "")))


def _network(address: str) -> str:
    """An IPv6 subscriber has a whole /64 to change addresses in; it counts as one."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv6Address) and parsed.ipv4_mapped is None:
        return str(ipaddress.ip_network((parsed, 64), strict=False))
    return str(getattr(parsed, "ipv4_mapped", None) or parsed)


def _take(name: str, key: str) -> _Slot:
    limit = LIMITS[name]
    window = int(time.time()) // limit.seconds
    # The store never sees a number, a code or an address.
    slot_key = f"limit:{name}:{window}:{keyed_digest(key, purpose='limit')[:32]}"
    count = _count_in_store(slot_key, limit)
    slot = _Slot(slot_key, in_database=count is None)
    if count is None:
        count = _count_in_database(slot_key, limit) if limit.guards_secrets else 0
    if count > limit.count:
        _give_back(slot)  # a refused use is none: right passwords at the same moment must not lock a name
        raise TooManyRequests(retry_after=_seconds_left(limit))
    return slot


def _count_in_store(key: str, limit: Limit) -> int | None:
    """None with the store away; it is then left alone for a moment, since asking costs half a second each time."""
    global _away_until
    if monotonic() < _away_until:
        return None
    try:
        cache.add(key, 0, timeout=limit.seconds)
        return int(cache.incr(key))
    except (RedisError, OSError):
        logger.warning("rate limit store is away")
        _away_until = monotonic() + STORE_LEFT_ALONE
        return None


def _give_back(slot: _Slot) -> None:
    """To where it was taken from; a store that has gone away or forgotten the window owes nothing."""
    if slot.in_database:
        RateCount.objects.filter(key=slot.key, count__gt=0).update(count=F("count") - 1)
        return
    with suppress(RedisError, OSError, ValueError):
        cache.decr(slot.key)


def _count_in_database(key: str, limit: Limit) -> int:
    ends_at = timezone.now() + timedelta(seconds=limit.seconds)
    with transaction.atomic():
        RateCount.objects.get_or_create(key=key, defaults={"ends_at": ends_at})
        RateCount.objects.filter(key=key).update(count=F("count") + 1)
        return RateCount.objects.values_list("count", flat=True).get(key=key)


def _seconds_left(limit: Limit) -> int:
    return limit.seconds - int(time.time()) % limit.seconds
