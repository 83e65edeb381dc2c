"""Where the uses of limits are counted: in the store (Redis or Valkey), in the database while it is away.

The portal says what time it is, and a count's end is kept beside it: the store's
own expiry only tidies up. Keys are digests, so neither place ever sees a
number, a code or an address.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from time import monotonic
from typing import TypeVar

import redis
from django.conf import settings
from django.db import transaction
from django.db.models import F
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from accounts.errors import TooManyRequests
from accounts.models import Alarm, RateCount

logger = logging.getLogger(__name__)

Answer = TypeVar("Answer")
STORE_LEFT_ALONE = 5.0  # seconds
_away_until = 0.0

# A key holds `count`, `ends` (ms) and `was`: the end before a lock moved it, to go back to with a use given back.
# KEYS: one for each use. ARGV: now in ms, then for each use the number, the window in ms, locks and refuses (1 or 0).
# Answers the place of the first use that is refused and the ms left of its window, or 0, 0 with all of them counted.
TAKE = """
local now, uses = tonumber(ARGV[1]), {}
for place, key in ipairs(KEYS) do
  local at = 4 * place - 2
  local number, window = tonumber(ARGV[at]), tonumber(ARGV[at + 1])
  local kept = redis.call('HMGET', key, 'count', 'ends')
  local count, ends = tonumber(kept[1] or 0), tonumber(kept[2] or 0)
  if ends <= now then count, ends = 0, now + window end
  if ARGV[at + 3] == '1' and count >= number then return {place, ends - now} end
  local locks = ARGV[at + 2] == '1' and count + 1 == number
  uses[place] = {count + 1, locks and now + window or ends, ends}
end
for place, key in ipairs(KEYS) do
  local count, ends, was = unpack(uses[place])
  redis.call('HSET', key, 'count', count, 'ends', ends, 'was', was)
  redis.call('PEXPIRE', key, ends - now + 60000)
end
return {0, 0}
"""
# KEYS: one for each use. ARGV: now in ms. What has run out since is left as it is.
GIVE_BACK = """
for _, key in ipairs(KEYS) do
  local kept = redis.call('HMGET', key, 'count', 'ends', 'was')
  local count, ends = tonumber(kept[1] or 0), tonumber(kept[2] or 0)
  if count > 0 and ends > tonumber(ARGV[1]) then
    redis.call('HSET', key, 'count', count - 1, 'ends', kept[3])
  end
end
"""


@dataclass(frozen=True)
class Limit:
    """`count` uses in a window of `seconds` that begins with the first of them.

    While the store is away, a limit that guards secrets counts in the database; any other lets people through.
    One that `locks` starts its window anew at the last use, so that the wait is always a whole one.
    One that does not refuse is only counted. With an `alarm` an administrator is told when it is used up.
    """

    count: int
    seconds: int
    guards_secrets: bool = False
    locks: bool = False
    refuses: bool = True
    alarm: Alarm.Kind | None = None


@dataclass(frozen=True)
class Use:
    """Of the limit `name`, by whoever `key` (a digest) stands for."""

    name: str
    limit: Limit
    key: str


@dataclass(frozen=True)
class Taken:
    """Uses that were counted, and where: given back, they go to where they were taken from."""

    uses: tuple[Use, ...]
    in_database: bool

    def give_back(self) -> None:
        """What ran out meanwhile, or is in a store that has gone away, is not owed."""
        if self.in_database:
            _give_back_in_database(self.uses)
        else:
            ask_store(lambda store: store.give_back(_keys(self.uses), [_now()]))


class Store:
    """The cache's server, with no second try: a use whose answer was lost must not be counted twice."""

    def __init__(self, url: str) -> None:
        timeouts = {"socket_timeout": settings.STORE_TIMEOUT, "socket_connect_timeout": settings.STORE_TIMEOUT}
        self.client = redis.Redis.from_url(url, retry=Retry(NoBackoff(), 0), **timeouts)
        self.take = self.client.register_script(TAKE)
        self.give_back = self.client.register_script(GIVE_BACK)


_store_at = lru_cache(maxsize=4)(Store)


def ask_store(question: Callable[[Store], Answer]) -> Answer | None:
    """None with the store away; it is then left alone for a moment, since asking costs half a second each time."""
    global _away_until
    if monotonic() < _away_until:
        return None
    try:
        return question(_store_at(str(settings.CACHES["default"]["LOCATION"])))
    except (RedisError, OSError):
        logger.warning("rate limit store is away")
        _away_until = monotonic() + STORE_LEFT_ALONE
        return None


def take(uses: Sequence[Use]) -> Taken:
    """Count all of them, or none if one is used up: TooManyRequests, by the first such one."""
    arguments = [_now()]
    for use in uses:
        limit = use.limit
        arguments += [limit.count, limit.seconds * 1000, int(limit.locks), int(limit.refuses)]
    refused = ask_store(lambda store: store.take(_keys(uses), arguments))
    counted = tuple(uses)
    if is_away := refused is None:
        counted = tuple(use for use in uses if use.limit.guards_secrets)
        refused = _take_in_database(counted)
    place, milliseconds = refused
    if place:
        seconds = -(-milliseconds // 1000)
        logger.warning("limit %s is used up for %d s", counted[place - 1].name, seconds)
        raise TooManyRequests(retry_after=seconds, limit=counted[place - 1].name)
    return Taken(counted, in_database=is_away)


def count_of(use: Use) -> int:
    """How often it is counted in this window; 0 if nothing can say."""
    kept = ask_store(lambda store: store.client.hmget(use.key, ["count", "ends"]))
    if kept is not None:
        count, ends = (int(value or 0) for value in kept)
        return count if ends > _now() else 0
    if not use.limit.guards_secrets:
        return 0
    row = RateCount.objects.filter(key=use.key, ends_at__gt=_moment()).first()
    return row.count if row is not None else 0


def forget(uses: Sequence[Use]) -> None:
    """As if they had never been counted, in the store and in the database."""
    ask_store(lambda store: store.client.delete(*_keys(uses)))
    RateCount.objects.filter(key__in=_keys(uses)).delete()


def _take_in_database(uses: Sequence[Use]) -> tuple[int, int]:
    """As TAKE answers; rows are locked in the order of their keys, so that two takers never wait for each other."""
    now = _moment()
    with transaction.atomic():
        rows = {use.key: _locked_row(use, now) for use in sorted(uses, key=lambda use: use.key)}
        for place, use in enumerate(uses, start=1):
            row = rows[use.key]
            if use.limit.refuses and row.count >= use.limit.count:
                return place, (row.ends_at - now) // timedelta(milliseconds=1)
        for use in uses:
            row = rows[use.key]
            row.count += 1
            if use.limit.locks and row.count == use.limit.count:
                row.ends_at = now + timedelta(seconds=use.limit.seconds)
            row.save()
    return 0, 0


def _locked_row(use: Use, now: datetime) -> RateCount:
    """Of this window: one that has run out begins again, and is saved only with a use."""
    ends_at = now + timedelta(seconds=use.limit.seconds)
    rows = RateCount.objects.select_for_update()
    row, _is_new = rows.get_or_create(key=use.key, defaults={"ends_at": ends_at})
    if row.ends_at <= now:
        row.count, row.ends_at = 0, ends_at
    return row


def _give_back_in_database(uses: Sequence[Use]) -> None:
    """The end before a lock is not kept here: the uses that stay count for a whole window from then."""
    for key in sorted(_keys(uses)):
        running = RateCount.objects.filter(key=key, count__gt=0, ends_at__gt=_moment())
        running.update(count=F("count") - 1)


def _keys(uses: Sequence[Use]) -> list[str]:
    return [use.key for use in uses]


def _now() -> int:
    """Milliseconds."""
    return int(time.time() * 1000)


def _moment() -> datetime:
    return datetime.fromtimestamp(_now() / 1000, UTC)
