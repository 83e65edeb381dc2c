"""What stands in events' details, in words: for a page of events in a query per table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from accounts.event_words import CODES, DETAILS
from accounts.models import Device, Event, Facility, Office

_DEVICES = ("device", "from", "taker")
_PLACES = {"facility": Facility, "office": Office}
Places = Mapping[str, Mapping[str, Any]]


def tell_details(events: Sequence[Any]) -> None:
    """Give each event its `told`: sentences without a code where there is a word for it."""
    devices = Device.objects.in_bulk(set(_values(events, _DEVICES, int)))
    places = {key: model._default_manager.in_bulk(set(_values(events, (key,), str))) for key, model in _PLACES.items()}
    for event in events:
        event.told = " · ".join(
            f"{DETAILS.get(key, key)}: {_words(key, value, devices, places)}" for key, value in _pairs(event)
        )


def _pairs(event: Event) -> list[tuple[str, object]]:
    """In the order of DETAILS, what has no name there at the end."""
    places = {key: place for place, key in enumerate(DETAILS)}
    return sorted(event.detail.items(), key=lambda pair: (places.get(pair[0], len(places)), pair[0]))


def _values(events: Iterable[Event], keys: Sequence[str], kind: type) -> Iterable[Any]:
    return (event.detail[key] for event in events for key in keys if isinstance(event.detail.get(key), kind))


def _words(key: str, value: object, devices: Mapping[int, Device], places: Places) -> str:
    if key in _DEVICES and isinstance(value, int):
        device = devices.get(value)
        return device.described if device else str(value)
    if key in places:
        place = places[key].get(str(value))
        return f"{place.name} ({value})" if place else str(value)
    codes = CODES.get(key, {})
    return ", ".join(str(codes.get(code, code)) for code in str(value).split(","))
