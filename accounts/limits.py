"""Every named rate limit of the portal, in one table, and the client address they count by.

Counted in Redis, fixed windows. When Redis is away, limits on codes and
passwords count in the database; limits on reading let people through.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.db.models import F
from django.http import HttpRequest
from django.utils import timezone
from redis.exceptions import RedisError

from accounts.errors import TooManyRequests
from accounts.models import RateCount
from accounts.sealing import keyed_digest

logger = logging.getLogger(__name__)

HOUR, DAY = 60 * 60, 24 * 60 * 60


@dataclass(frozen=True)
class Limit:
    count: int
    seconds: int
    guards_secrets: bool = False


LIMITS = {
    # wrong passwords: per login name, known or not; per address only a flood, since a village shares one
    "login.name": Limit(5, 15 * 60, guards_secrets=True),
    "login.address": Limit(1000, 15 * 60, guards_secrets=True),
    # codes asked for by a browser that has proved nothing: half of the number's 10 an hour, 20 a day
    "code.number.hour": Limit(5, HOUR, guards_secrets=True),
    "code.number.day": Limit(10, DAY, guards_secrets=True),
    "code.address": Limit(60, HOUR, guards_secrets=True),
    "code.portal": Limit(200_000, DAY, guards_secrets=True),
    # status by file number and phone: wrong guesses
    "status.address": Limit(60, 15 * 60, guards_secrets=True),
    "status.file": Limit(20, 15 * 60, guards_secrets=True),
    # photos: work for the decoder
    "photo.address": Limit(300, HOUR),
}


def hit(name: str, key: str = "") -> None:
    """Count one use of the limit by `key`; TooManyRequests once it is used up."""
    if _count(name, key, add=1) > LIMITS[name].count:
        raise TooManyRequests(retry_after=_seconds_left(LIMITS[name]))


@contextmanager
def failures(*uses: tuple[str, str]) -> Iterator[None]:
    """Count each (limit, key) before the work, and give it back if the work raises nothing.

    Counting first is what keeps parallel guesses within the limit.
    """
    for name, key in uses:
        hit(name, key)
    yield
    for name, key in uses:
        _count(name, key, add=-1)


def client_address(request: HttpRequest) -> str:
    """The address our outermost trusted proxy saw; what a client wrote into the header itself never counts."""
    proxies = settings.TRUSTED_PROXY_COUNT
    forwarded = [part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")]
    if proxies and len(forwarded) >= proxies and forwarded[-proxies]:
        return forwarded[-proxies]
    return str(request.META.get("REMOTE_ADDR", ""))


def _count(name: str, key: str, *, add: int) -> int:
    limit = LIMITS[name]
    window = int(time.time()) // limit.seconds
    # The store never sees a number, a code or an address.
    slot = f"limit:{name}:{window}:{keyed_digest(key, purpose='limit')[:32]}"
    try:
        cache.add(slot, 0, timeout=limit.seconds)
        return int(cache.incr(slot, add))
    except (RedisError, OSError):
        logger.warning("rate limit store is away; limit=%s", name)
        return _count_in_database(slot, limit, add) if limit.guards_secrets else 0


def _count_in_database(slot: str, limit: Limit, add: int) -> int:
    ends_at = timezone.now() + timedelta(seconds=limit.seconds)
    with transaction.atomic():
        RateCount.objects.get_or_create(key=slot, defaults={"ends_at": ends_at})
        RateCount.objects.filter(key=slot).update(count=F("count") + add)
        return RateCount.objects.values_list("count", flat=True).get(key=slot)


def _seconds_left(limit: Limit) -> int:
    return limit.seconds - int(time.time()) % limit.seconds
