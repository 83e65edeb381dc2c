"""The address page finds a ward by its name, with its own button and while somebody types."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.core.management import call_command
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.limits import HOUR, LIMITS, Limit
from accounts.models import FormerProvince, Province, Ward
from registration import places as registration_places
from registration.models import Declaration
from registration.ward_search import MOST_FOUND
from tests.factories import office, province, ward
from tests.registration.walking import ADDRESS, Page, open_draft, places

pytestmark = pytest.mark.django_db
FIND = f"{ADDRESS}tim/"


@pytest.fixture(autouse=True)
def fresh_index() -> Iterator[None]:
    """No test finds another's wards."""
    registration_places._index.cache_clear()
    yield
    registration_places._index.cache_clear()


@pytest.fixture
def draft(client: Client) -> Declaration:
    return open_draft(client)


@pytest.fixture
def country(draft: Declaration) -> None:
    """Ba Đình and Hà Đông in Hà Nội; Tân Hoà in Hồ Chí Minh, which Bình Dương became part of."""
    places()
    ward("09556", "Hà Đông")
    there = province("79", "Hồ Chí Minh")
    ward("26995", "Tân Hoà", province=there)
    FormerProvince.objects.create(code="74", name="Tỉnh Bình Dương", successor=there)


def typed(**changes: str) -> dict[str, str]:
    """A form as far as somebody has come who does not know the list yet."""
    return {"province": "", "ward": "", "office": "", "address": "Số 12 ngõ 3", "email": "a@example.vn", **changes}


def find(client: Client, place: str, **changes: str) -> Page:
    return Page(client.post(ADDRESS, typed(place=place, find="1", **changes)))


def ask(client: Client, place: str, **options: str) -> HttpResponse:
    return client.post(FIND, {"place": place}, **options)


def offered(page: Page) -> dict[str, str]:
    return {button["value"]: button.text for button in page.all("button", name="pick")}


@pytest.mark.usefixtures("country")
@pytest.mark.parametrize(
    ("place", "code"), [("p ba dinh ha noi", "00004"), ("Ha Dong, Ha Tay", "09556"), ("xa Tan Hoa Binh Duong", "26995")]
)
def test_a_ward_is_found_and_everything_typed_is_kept(client: Client, place: str, code: str) -> None:
    page = find(client, place)
    assert list(offered(page)) == [code]
    assert "1 phường/xã" in page.status
    assert (page.value("place"), page.value("address"), page.value("email")) == (place, "Số 12 ngõ 3", "a@example.vn")
    assert not page.alert
    assert Declaration.objects.get().ward is None


@pytest.mark.usefixtures("country")
def test_the_ward_picked_stands_with_its_province_and_office_and_the_rest_is_kept(client: Client) -> None:
    page = Page(client.post(ADDRESS, typed(place="ba dinh", pick="00004")))
    answers = {name: page.value(name) for name in ("province", "ward", "office", "address", "email")}
    assert answers == {
        "province": "01",
        "ward": "00004",
        "office": "00101",
        "address": "Số 12 ngõ 3",
        "email": "a@example.vn",
    }
    assert page.value("place") == ""
    assert not offered(page)
    assert Declaration.objects.get().ward is None, "a person still confirms it"


@pytest.mark.usefixtures("country")
def test_picking_a_ward_leaves_the_office_of_the_one_before(client: Client) -> None:
    office("00115", "Bảo hiểm xã hội cơ sở Hà Đông")
    page = Page(client.post(ADDRESS, {**places(), "pick": "09556"}))
    assert (page.value("ward"), page.value("office")) == ("09556", "00115")


@pytest.mark.usefixtures("country")
@pytest.mark.parametrize("code", ["", "99999", "x", "00004'", "²", "26995"])
def test_what_is_no_ward_in_force_is_not_picked(client: Client, code: str) -> None:
    Province.objects.filter(pk="79").update(valid_to="2025-06-30")
    page = Page(client.post(ADDRESS, {**places(), "pick": code}))
    assert (page.value("ward"), page.value("address")) == ("00004", "Số 12")


@pytest.mark.usefixtures("country")
def test_going_on_with_a_name_and_no_ward_looks_it_up(client: Client) -> None:
    page = Page(client.post(ADDRESS, typed(place="ba dinh")))
    assert page.refusal("ward")
    assert list(offered(page)) == ["00004"]


@pytest.mark.usefixtures("country")
def test_a_name_left_in_the_search_does_not_stop_who_chose_from_the_list(client: Client) -> None:
    assert client.post(ADDRESS, {**places(), "place": "hà đông"}).url != ADDRESS
    assert Declaration.objects.get().ward_id == "00004"


@pytest.mark.usefixtures("country")
@pytest.mark.parametrize("place", ["khong co dau", "ha noi", "\0", "<b>x</b>", "a" * 5000])
def test_a_name_of_no_ward_says_what_to_do(client: Client, place: str) -> None:
    page = find(client, place)
    assert not offered(page)
    assert "chọn tỉnh" in page.status
    assert page.value("address") == "Số 12 ngõ 3"


@pytest.mark.usefixtures("country")
def test_nothing_to_look_for_looks_for_nothing(client: Client) -> None:
    page = find(client, "  ")
    assert not offered(page)
    assert not page.status.strip()


def test_the_whole_country_is_never_listed(client: Client, draft: Declaration) -> None:
    call_command("load_directory", verbosity=0)
    for place in ("xã", "phường tân", "th", "an"):
        assert 0 < len(offered(find(client, place))) <= MOST_FOUND
    assert len(offered(find(client, "tân hoà"))) == MOST_FOUND
    assert "tên tỉnh" in find(client, "tân hoà").status


@pytest.mark.usefixtures("country")
def test_a_ward_closed_since_the_index_was_made_is_not_offered(client: Client) -> None:
    assert offered(find(client, "ba dinh"))
    Ward.objects.filter(pk="00004").update(valid_to="2025-06-30")
    assert not offered(find(client, "ba dinh"))


@pytest.mark.usefixtures("country")
def test_while_typing_the_same_wards_are_answered(client: Client) -> None:
    answer = ask(client, "ba dinh").json()
    assert answer["found"] == [{"ward": "00004", "label": "Phường Ba Đình, Thành phố Hà Nội"}]
    assert "1 phường/xã" in answer["words"]
    assert ask(client, "khong co").json()["found"] == []


@pytest.mark.usefixtures("country")
def test_while_typing_nothing_is_kept_or_cached(client: Client) -> None:
    before = Declaration.objects.values().get()
    assert "no-store" in ask(client, "ba dinh")["Cache-Control"]
    assert Declaration.objects.values().get() == before


@pytest.mark.usefixtures("country")
def test_a_browser_without_a_draft_finds_nothing() -> None:
    assert ask(Client(), "ba dinh").status_code == 404


@pytest.mark.usefixtures("country")
def test_a_name_is_taken_neither_from_an_address_nor_from_another_site(client: Client) -> None:
    assert client.get(FIND, {"place": "ba dinh"}).status_code == 405
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = client.cookies
    assert ask(strict, "ba dinh").status_code == 403


@pytest.mark.usefixtures("country")
def test_looking_too_often_is_refused_with_the_page_and_its_lists_still_there(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(LIMITS, "place.draft", Limit(1, HOUR))
    assert ask(client, "ba dinh").status_code == 200
    refused = ask(client, "ba dinh")
    assert (refused.status_code, refused.json()["found"]) == (429, [])
    assert refused["Retry-After"]
    answer = client.post(ADDRESS, typed(place="ba dinh", find="1"))
    assert answer.status_code == 429
    assert "thử quá nhiều lần" in Page(answer).status
    assert Page(answer).value("address") == "Số 12 ngõ 3"
    assert client.post(ADDRESS, places()).url != ADDRESS


def test_a_search_asks_the_database_as_much_for_many_as_for_one(client: Client, draft: Declaration) -> None:
    call_command("load_directory", verbosity=0)
    ask(client, "ba dinh")
    counts = []
    for place in ("ba dinh ha noi", "tan hoa", "khong co dau"):
        with CaptureQueriesContext(
            connection,
        ) as asked:
            ask(client, place)
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 3  # the session, its draft, the wards
    assert counts[2] == counts[0] - 1
