"""Which looks at an account's owner are told in one row, and which row on which page."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from accounts.models import Person, User
from accounts.services import access, traces
from accounts.services.traces import PAGE
from tests import factories
from tests.accounts.looks import checked, seen

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 11, 20, 5, tzinfo=UTC)  # 12:00 in Vietnam
FILE, PHOTOS, BOTH = "Tờ khai đăng ký", "Ảnh giấy tờ và chân dung trong tờ khai", "Tờ khai và ảnh trong tờ khai"


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> list[datetime]:
    """Events are written at the last of these."""
    times = [NOON]
    monkeypatch.setattr(timezone, "now", lambda: times[-1])
    return times


def opened(person: Person, officer: User, file: int = 1, *, photos: int = 3) -> None:
    """The officer's page of a file, and the photos it loads by itself."""
    for action in ["declaration.viewed"] + ["photo.viewed"] * photos:
        access.record(action, actor=officer, person_id=person.pk, object_type="declaration", object_id=file)


def told(page: traces.LookPage) -> list[tuple[str, int, bool]]:
    return [(look.what, look.count, look.goes_on) for look in page.looks]


def test_looks_alike_on_one_day_are_told_once_with_their_number(person: Person, now: list[datetime]) -> None:
    desk = factories.desk()
    for minutes in (0, 10, 30):
        now.append(NOON + timedelta(minutes=minutes))
        checked(person, desk)
    (look,) = traces.looks(person.pk).looks
    assert (look.count, look.since, look.at) == (3, NOON, NOON + timedelta(minutes=30))


def test_looks_apart_in_anything_are_told_apart(person: Person, now: list[datetime]) -> None:
    desk, officer = factories.desk(), factories.officer()
    checked(person, desk)
    checked(person, desk, by="typed")
    checked(person, desk, by="typed", reason="payment")
    checked(person, factories.desk("01020_BV2"), by="typed", reason="payment")
    seen(person, officer, "card.seen", 1)
    seen(person, officer, "card.seen", 2)
    seen(person, officer, "person.seen", 2)
    seen(person, officer, "card.seen", 2)
    assert [look.count for look in traces.looks(person.pk).looks] == [1] * 8


def test_a_day_ends_at_midnight_in_vietnam(person: Person, now: list[datetime]) -> None:
    desk = factories.desk()
    for at in (datetime(2026, 11, 20, 16, 59, tzinfo=UTC), datetime(2026, 11, 20, 17, 0, tzinfo=UTC)):
        now.append(at)
        checked(person, desk)
    assert [look.count for look in traces.looks(person.pk).looks] == [1, 1]


def test_page_after_page_shows_each_look_once(person: Person) -> None:
    officer = factories.officer()
    events = [seen(person, officer, ("card.seen", "photo.viewed")[n % 2], n) for n in range(2 * PAGE + 3)]
    shown, before, pages = 0, None, 0
    while True:
        page = traces.looks(person.pk, before=before)
        shown, pages = shown + sum(look.count for look in page.looks), pages + 1
        if page.older is None:
            break
        before = page.older
    assert (shown, pages) == (len(events), 3)


def test_a_page_that_is_just_full_leads_nowhere(person: Person) -> None:
    officer = factories.officer()
    oldest, *_others = [seen(person, officer, object_id=n) for n in range(PAGE)]
    assert traces.looks(person.pk).older is None
    seen(person, officer, object_id=PAGE)
    page = traces.looks(person.pk)
    rest = traces.looks(person.pk, before=page.older)
    assert [look.count for look in rest.looks] == [1]
    assert traces.looks(person.pk, before=oldest.pk).looks == []


def test_looks_alike_across_two_pages_say_that_there_are_more(person: Person, now: list[datetime]) -> None:
    desk = factories.desk()
    for _ in range(PAGE + 2):
        checked(person, desk)
    page = traces.looks(person.pk)
    assert [(look.count, look.goes_on) for look in page.looks] == [(PAGE, True)]
    older = traces.looks(person.pk, before=page.older)
    assert [(look.count, look.goes_on) for look in older.looks] == [(2, False)]


def test_only_the_looks_that_go_on_say_so(person: Person, now: list[datetime]) -> None:
    desk, officer = factories.desk(), factories.officer()
    for _ in range(PAGE):
        checked(person, desk)
    seen(person, officer)
    assert [look.goes_on for look in traces.looks(person.pk).looks] == [False, True]
    checked(person, desk, by="typed")
    now.append(NOON + timedelta(days=1))
    for _ in range(PAGE):
        checked(person, desk)
    assert [look.goes_on for look in traces.looks(person.pk).looks] == [False]


def test_an_officers_reading_of_a_file_is_told_once_by_how_often_it_was_opened(
    person: Person, now: list[datetime]
) -> None:
    officer = factories.officer()
    for minutes in (0, 20):
        now.append(NOON + timedelta(minutes=minutes))
        opened(person, officer)
    (look,) = traces.looks(person.pk).looks
    assert (look.what, look.count, look.since, look.at) == (BOTH, 2, NOON, NOON + timedelta(minutes=20))


def test_another_file_officer_or_day_is_another_reading(person: Person, now: list[datetime]) -> None:
    officer, other = factories.officer(), factories.officer("canbo2")
    opened(person, officer)
    opened(person, officer, file=2)
    opened(person, other, file=2, photos=0)
    now.append(NOON + timedelta(days=1))
    opened(person, other, file=2)
    assert told(traces.looks(person.pk)) == [(BOTH, 1, False), (FILE, 1, False), (BOTH, 1, False), (BOTH, 1, False)]


def test_photos_with_no_opening_beside_them_are_told_too(person: Person) -> None:
    officer = factories.officer()
    opened(person, officer)
    checked(person, factories.desk())
    for _ in range(2):
        seen(person, officer, "photo.viewed")
    assert [row[:2] for row in told(traces.looks(person.pk))] == [(PHOTOS, 2), ("Thẻ BHYT", 1), (BOTH, 1)]


@pytest.mark.parametrize("newer", range(PAGE - 5, PAGE + 1))
def test_a_page_never_parts_photos_from_the_opening_that_showed_them(person: Person, newer: int) -> None:
    officer = factories.officer()
    opened(person, officer)
    for number in range(newer):
        seen(person, officer, object_id=number)
    first = traces.looks(person.pk)
    rows = list(told(first))
    if first.older:
        rows += told(traces.looks(person.pk, before=first.older))
    assert rows[newer:] == [(BOTH, 1, False)]
    assert len(rows) == newer + 1


def test_a_file_opened_all_day_goes_on_over_the_page_and_each_opening_counts_once(person: Person) -> None:
    officer = factories.officer()
    for _ in range(20):
        opened(person, officer)
    first = traces.looks(person.pk)
    assert told(first) == [(BOTH, 12, True)]
    assert told(traces.looks(person.pk, before=first.older)) == [(BOTH, 8, False)]


def test_photos_that_fill_a_page_are_told_on_it(person: Person) -> None:
    officer = factories.officer()
    opened(person, officer, photos=PAGE + 2)
    first = traces.looks(person.pk)
    assert told(first) == [(PHOTOS, PAGE, True)]
    assert told(traces.looks(person.pk, before=first.older)) == [(BOTH, 1, False)]
