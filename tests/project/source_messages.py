"""Every message of the source as gettext will look it up, and what the catalogues hold."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

from babel.messages.extract import extract
from babel.messages.pofile import read_po
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parents[2]
LOCALE = ROOT / "locale"
ROOMS = ("accounts", "cards", "registration", "vssportal")
ONE, MANY, IN_CONTEXT = None, (1, 2), ((1, "c"), 2)
KEYWORDS = {
    **dict.fromkeys(("_", "gettext", "gettext_lazy", "gettext_noop"), ONE),
    **dict.fromkeys(("ngettext", "ngettext_lazy"), MANY),
    **dict.fromkeys(("pgettext", "pgettext_lazy"), IN_CONTEXT),
}


class Entry(NamedTuple):
    context: str | None
    ids: tuple[str, ...]
    texts: tuple[str, ...]


def entries(name: str) -> list[Entry]:
    """Of a catalogue such as "en/LC_MESSAGES/django"; a plural has several ids and texts."""
    with (LOCALE / f"{name}.po").open("rb") as file:
        return [
            Entry(message.context, _several(message.id), _several(message.string))
            for message in read_po(file, abort_invalid=True)
            if message.id and not message.fuzzy
        ]


def _several(text: str | tuple[str, ...] | list[str]) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text)


def source_messages() -> Iterator[tuple[str, str | None, Path]]:
    """Each with its context and the file it stands in; of a plural the first form."""
    for path in sorted(ROOT.joinpath(room) for room in ROOMS):
        for file in sorted(path.rglob("*.py")):
            if "migrations" not in file.parts:
                yield from _found(file, file.read_bytes())
    for file in sorted(ROOT.joinpath("templates").rglob("*.html")):
        yield from _found(file, templatize(file.read_text()).encode())


def _found(file: Path, source: bytes) -> Iterator[tuple[str, str | None, Path]]:
    for _line, message, _comments, context in extract("python", BytesIO(source), keywords=KEYWORDS):
        yield message if isinstance(message, str) else message[0], context, file.relative_to(ROOT)
