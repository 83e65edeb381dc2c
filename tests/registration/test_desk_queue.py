"""The desk's queue, its search and today's work: what waits there, how long, and what it costs to ask."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Event
from registration import selectors
from registration.models import Declaration
from registration.workflow import State
from tests import factories
from tests.registration.at_the_desk import QUEUE, REASON, page_of, seat
from tests.registration.walking import Page

pytestmark = pytest.mark.django_db


def test_the_queue_opens_on_what_is_waiting_oldest_first(desk: Client, filed: Declaration) -> None:
    newer, decided = factories.filed(), factories.filed()
    desk.post(page_of(decided, "refuse/"), REASON)
    rows = [row.text for row in Page(desk.get(QUEUE)).all("tr")]
    numbers = [n for row in rows for n in (filed.file_number, newer.file_number, decided.file_number) if n in row]
    assert numbers == [filed.file_number, newer.file_number]
    everything = Page(desk.get(f"{QUEUE}?tinh-trang=all")).html
    assert decided.file_number in everything


def test_a_search_finds_only_ones_own_files(desk: Client, filed: Declaration) -> None:
    elsewhere = factories.filed(office=factories.office("00102", "Bảo hiểm xã hội cơ sở Hoàn Kiếm"))
    found = Page(desk.get(QUEUE, {"q": "9900000001", "tinh-trang": "all"})).html
    assert filed.file_number in found
    assert elsewhere.file_number not in found
    listed = [row.text for row in Page(desk.get(QUEUE, {"q": elsewhere.file_number})).all("tr")]
    assert not [row for row in listed if elsewhere.file_number in row]


def queries(client: Client, path: str) -> int:
    with CaptureQueriesContext(connection) as seen:
        assert client.get(path).status_code == 200
    return len(seen)


def test_the_queue_asks_the_database_as_much_for_fifty_files_as_for_five(desk: Client) -> None:
    for turn in range(4):
        factories.filed(ward=factories.ward(f"{turn:05d}", f"Phường {turn}"))
    desk.get(QUEUE)
    five = queries(desk, QUEUE)
    for turn in range(45):
        factories.filed(ward=factories.ward(f"{turn + 100:05d}", f"Phường {turn}"))
    assert Declaration.objects.count() == 50
    assert queries(desk, QUEUE) == five <= 10


def test_a_file_is_shown_with_a_bounded_number_of_queries(desk: Client, filed: Declaration) -> None:
    desk.get(page_of(filed))
    before = queries(desk, page_of(filed))
    for turn in range(15):
        Event.objects.create(
            action="declaration.x",
            object_type="declaration",
            object_id=str(filed.pk),
            actor_id=factories.officer(f"o{turn}").pk,
        )
    assert queries(desk, page_of(filed)) <= min(before + 1, 18)


def todays_work(client: Client) -> Page:
    return Page(client.get("/admin/"))


def waiting_on(page: Page) -> list[str]:
    return [section["data-waiting"] for section in page.all("section") if "data-waiting" in section.attributes]


def test_the_first_page_counts_the_open_files_of_ones_own_area_and_leads_to_them(
    desk: Client, filed: Declaration
) -> None:
    factories.filed(bhxh_code="9900000003")
    done = factories.filed(bhxh_code="9900000004")
    Declaration.objects.filter(pk=done.pk).update(state=State.REFUSED)
    Declaration.objects.filter(pk=filed.pk).update(filed_at=timezone.now() - timedelta(days=3, hours=2))
    page = todays_work(desk)
    assert waiting_on(page) == ["2"]
    assert "3 ngày" in page.all("section")[0].text
    (primary,) = [a for a in page.all("a") if "data-primary" in a.attributes]
    assert primary["href"] == QUEUE
    elsewhere = seat(factories.officer("khac", office=factories.office("00102", "Hoàn Kiếm")))
    assert waiting_on(todays_work(elsewhere)) == ["0"]


@pytest.mark.parametrize("fields", [{"office": None}, {"office": None, "is_superuser": True}])
@pytest.mark.usefixtures("filed")
def test_the_first_page_counts_no_files_for_who_may_see_none(fields: dict[str, object]) -> None:
    page = todays_work(seat(factories.officer("x", **fields)))
    assert waiting_on(page) == []
    assert page.all("h1")


def test_the_first_page_asks_as_much_of_the_database_for_one_file_as_for_many(desk: Client) -> None:
    todays_work(desk)
    with CaptureQueriesContext(connection) as few:
        todays_work(desk)
    for number in range(5, 9):
        factories.filed(bhxh_code=f"990000000{number}")
    with CaptureQueriesContext(connection) as many:
        page = todays_work(desk)
    assert waiting_on(page) == ["5"]
    assert len(many) == len(few)
    assert len(many) <= 11


@pytest.mark.parametrize(("waiting", "words"), [(2, "2 hồ sơ đang chờ"), (3, "hơn 2 hồ sơ đang chờ")])
@pytest.mark.usefixtures("filed")
def test_a_long_queue_is_counted_no_further_than_the_page_says(
    desk: Client, waiting: int, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(selectors, "FILES_COUNTED_AT_MOST", 2)
    for number in range(5, 4 + waiting):
        factories.filed(bhxh_code=f"990000000{number}")
    page = todays_work(desk)
    assert waiting_on(page) == ["2"]
    assert [e.text for e in page.all("p", class_="today__count")] == [words]


@pytest.mark.parametrize(
    ("ago", "words"),
    [
        (timedelta(seconds=20), "vừa tới"),
        (timedelta(minutes=1), "1 phút"),
        (timedelta(minutes=59), "59 phút"),
        (timedelta(hours=1), "1 giờ"),
        (timedelta(hours=47, minutes=59), "47 giờ"),
        (timedelta(hours=48), "2 ngày"),
    ],
)
def test_how_long_a_file_waits_is_said_in_its_largest_unit(
    desk: Client, filed: Declaration, ago: timedelta, words: str
) -> None:
    Declaration.objects.filter(pk=filed.pk).update(filed_at=timezone.now() - ago)
    (cell,) = [cell for cell in Page(desk.get(QUEUE)).all("td") if "field-waiting" in (cell.get("class") or "")]
    assert cell.text == words
    assert f"Hồ sơ chờ lâu nhất: {words}." in todays_work(desk).all("section")[0].text


def test_after_the_last_decision_the_queue_leads_back_to_todays_work(desk: Client, filed: Declaration) -> None:
    page = Page(desk.post(page_of(filed, "refuse/"), REASON, follow=True))
    assert [h.text for h in page.all("h1")] == ["Hồ sơ đang chờ"]
    (empty,) = page.all("div", data_empty="")
    assert "Không còn hồ sơ nào đang chờ" in empty.text
    (way,) = [a for a in page.all("a") if empty in a.inside]
    assert (way.text, way["href"]) == ("Về việc hôm nay", "/admin/")
    assert "0 tờ khai" not in page.html


@pytest.mark.usefixtures("filed")
def test_a_search_or_a_shelf_with_nothing_on_it_leads_to_the_queue(desk: Client) -> None:
    for query, words in (({"q": "9900000099"}, "Không tìm thấy"), ({"tinh-trang": "refused"}, "Chưa có hồ sơ nào")):
        page = Page(desk.get(QUEUE, query))
        assert [h.text for h in page.all("h1")] == ["Hồ sơ"]
        (empty,) = page.all("div", data_empty="")
        assert words in empty.text
        assert [a["href"] for a in page.all("a") if empty in a.inside] == [QUEUE]


def test_a_search_goes_through_every_state_and_marks_none(desk: Client, filed: Declaration) -> None:
    desk.post(page_of(filed, "refuse/"), REASON)
    page = Page(desk.get(QUEUE, {"q": filed.file_number}))
    assert [row for row in page.all("tr") if filed.file_number in row.text]
    assert page.all("a", aria_current="true") == []
    assert [a.text for a in Page(desk.get(QUEUE)).all("a", aria_current="true")] == ["Đang chờ"]
