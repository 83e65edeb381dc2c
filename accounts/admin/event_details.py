"""What stands in events' details, in words: for a page of events in two queries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from accounts.event_words import CODES, DETAILS
from accounts.models import Device, Event, Facility

_DEVICES = ("device", "from", "taker")


def tell_details(events: Sequence[Any]) -> None:
    """Give each event its `told`: sentences without a code where there is a word for it."""
    devices = Device.objects.in_bulk(set(_values(events, _DEVICES, int)))
    facilities = Facility.objects.in_bulk(set(_values(events, ("facility",), str)))
    for event in events:
        event.told = " · ".join(
            f"{DETAILS.get(key, key)}: {_words(key, value, devices, facilities)}" for key, value in _pairs(event)
        )


def _pairs(event: Event) -> list[tuple[str, object]]:
    """In the order of DETAILS, what has no name there at the end."""
    places = {key: place for place, key in enumerate(DETAILS)}
    return sorted(event.detail.items(), key=lambda pair: (places.get(pair[0], len(places)), pair[0]))


def _values(events: Iterable[Event], keys: Sequence[str], kind: type) -> Iterable[Any]:
    return (event.detail[key] for event in events for key in keys if isinstance(event.detail.get(key), kind))


def _words(key: str, value: object, devices: Mapping[int, Device], facilities: Mapping[str, Facility]) -> str:
    if key in _DEVICES and isinstance(value, int):
        device = devices.get(value)
        return f"{device.name}, {device.place}" if device and device.place else str(device or value)
    if key == "facility":
        facility = facilities.get(str(value))
        return f"{facility.name} ({value})" if facility else str(value)
    codes = CODES.get(key, {})
    return ", ".join(str(codes.get(code, code)) for code in str(value).split(","))
