"""A draft goes on wherever its phone is proved, and nowhere else; nothing sent is lost on the way."""

from __future__ import annotations

import time
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from registration.models import Declaration
from registration.services import intake
from registration.views import drafts, rights
from registration.workflow import State
from tests import factories
from tests.registration.walking import (
    ADDRESS,
    AGREED,
    ANSWERS,
    CHECK,
    CODE,
    DONE,
    IDENTITY,
    PHONE,
    PHOTOS,
    Page,
    fill,
    newest_code,
    open_draft,
    pictures,
    places,
    stand_before,
)

pytestmark = pytest.mark.django_db

FIRST, OTHER = "+84999000001", "+84999000002"
SWITCH = "/dang-ky/ca-nhan/to-khai/"
UNPROVED = f"{PHONE}?{drafts.NO_DRAFT}"
NAME = ANSWERS["full_name"]


def prove(client: Client, phone: str = FIRST) -> str:
    """Where the right code leads."""
    client.post(PHONE, {"phone": phone})
    return client.post(CODE, {"code": newest_code(phone)}).url


def begun(phone: str = FIRST, *, ago: timedelta = timedelta(), **answers: str) -> Declaration:
    draft = intake.start_draft(phone=phone)
    Declaration.objects.filter(pk=draft.pk).update(**answers, updated_at=timezone.now() - ago)
    draft.refresh_from_db()
    return draft


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The pages of the declaration believe that so much time has passed."""

    def pass_by(delay: timedelta) -> None:
        ahead = SimpleNamespace(time=lambda: time.time() + delay.total_seconds())
        monkeypatch.setattr(rights, "time", ahead)

    return pass_by


@pytest.mark.parametrize(
    ("pages", "next_page"),
    [(0, IDENTITY), (1, PHOTOS), (2, ADDRESS), (3, CHECK)],
)
def test_on_another_device_the_phone_and_a_code_lead_to_the_first_page_that_is_missing(
    client: Client, pages: int, next_page: str
) -> None:
    draft = open_draft(client)
    steps = [(IDENTITY, ANSWERS), (PHOTOS, pictures()), (ADDRESS, places())]
    for path, answers in steps[:pages]:
        client.post(path, answers)
    elsewhere = Client()
    assert prove(elsewhere) == next_page
    assert Declaration.objects.get().pk == draft.pk
    if pages:
        assert Page(elsewhere.get(IDENTITY)).value("full_name") == NAME


def test_the_page_says_which_draft_goes_on_and_a_new_one_is_not_announced(client: Client) -> None:
    open_draft(client)
    assert "làm dở" not in Page(client.get(IDENTITY)).status
    client.post(IDENTITY, ANSWERS)
    elsewhere = Client()
    said = Page(elsewhere.get(prove(elsewhere))).status
    today = timezone.localtime().strftime("%d/%m/%Y")
    assert "Tiếp tục tờ khai bạn làm dở từ" in said
    assert today in said
    assert "tờ khai khác" not in said


def test_a_draft_of_29_days_goes_on_and_one_of_30_does_not(client: Client) -> None:
    old = begun(ago=timedelta(days=29, hours=23), full_name=NAME)
    assert prove(client) == IDENTITY
    assert Page(client.get(IDENTITY)).value("full_name") == NAME
    Declaration.objects.filter(pk=old.pk).update(updated_at=timezone.now() - timedelta(days=30, minutes=1))
    elsewhere = Client()
    prove(elsewhere)
    assert Page(elsewhere.get(IDENTITY)).value("full_name") == ""


def test_only_the_phone_itself_finds_a_draft(client: Client) -> None:
    fill(client)
    stranger = Client()
    stranger.post(PHONE, {"phone": FIRST})
    for path in (IDENTITY, PHOTOS, ADDRESS, CHECK):
        assert stranger.get(path).url == UNPROVED
    prove(stranger, OTHER)
    assert NAME not in stranger.get(IDENTITY).content.decode()
    assert stranger.get(f"{PHOTOS}portrait/").status_code == 404


def test_who_knows_the_session_of_before_the_proof_sees_nothing(client: Client) -> None:
    client.post(PHONE, {"phone": FIRST})
    planted = Client()
    planted.cookies = client.cookies.copy()
    client.post(CODE, {"code": newest_code(FIRST)})
    client.post(IDENTITY, ANSWERS)
    assert planted.get(IDENTITY).url == UNPROVED
    assert NAME not in planted.get(UNPROVED).content.decode()


def test_a_session_that_points_at_a_draft_without_its_phone_proved_shows_nothing(client: Client) -> None:
    draft = begun(full_name=NAME)
    session = client.session
    session[drafts.DRAFT] = draft.pk
    session.save()
    assert client.get(IDENTITY).url == UNPROVED
    stand_before(client, begun(OTHER))
    session = client.session
    session[drafts.DRAFT] = draft.pk
    session.save()
    assert client.get(IDENTITY).url == UNPROVED


def test_what_is_filed_is_no_draft_any_more(client: Client) -> None:
    fill(client)
    client.post(CHECK, AGREED)
    elsewhere = Client()
    assert prove(elsewhere) == IDENTITY
    assert Declaration.objects.filter(state=State.DRAFT).count() == 1
    assert NAME not in elsewhere.get(IDENTITY).content.decode()


def test_of_several_drafts_the_newest_goes_on_and_the_others_can_be_chosen(client: Client) -> None:
    older = begun(ago=timedelta(days=2), full_name="Lê Thị Bà")
    newer = begun(ago=timedelta(days=1), full_name=NAME)
    begun(OTHER, full_name="Người Khác")
    prove(client)
    page = Page(client.get(IDENTITY))
    assert page.value("full_name") == NAME
    assert "1 tờ khai khác" in page.status
    choices = {button["value"]: button.text for button in page.all("button", name="to")}
    assert list(choices) == [str(older.pk)]
    assert choices[str(older.pk)].startswith("Lê Thị Bà")
    assert client.post(SWITCH, {"to": older.pk}).url == IDENTITY
    page = Page(client.get(IDENTITY))
    assert page.value("full_name") == "Lê Thị Bà"
    assert [button["value"] for button in page.all("button", name="to")] == [str(newer.pk)]


@pytest.mark.parametrize("chosen", ["another phone's", "filed", "", "x", "9" * 30])
def test_no_other_draft_can_be_chosen(client: Client, chosen: str) -> None:
    own = open_draft(client)
    targets = {"another phone's": begun(OTHER).pk, "filed": factories.filed(phone=FIRST).pk}
    answer = client.post(SWITCH, {"to": targets.get(chosen, chosen)}, follow=True)
    assert "vẫn được giữ" in Page(answer).status
    assert client.session[drafts.DRAFT] == own.pk


def test_a_family_declares_from_one_phone_and_its_drafts_are_bounded(client: Client) -> None:
    open_draft(client)
    for number in range(intake.MOST_DRAFTS):
        client.post(IDENTITY, {**ANSWERS, "full_name": f"Người Thứ {['Nhất', 'Hai', 'Ba', 'Tư', 'Năm'][number]}"})
        client.post(SWITCH, {"new": "1"})
    page = Page(client.get(IDENTITY))
    assert "5 tờ khai làm dở" in Page(client.post(SWITCH, {"new": "1"}, follow=True)).status
    assert Declaration.objects.count() == intake.MOST_DRAFTS
    assert len(page.all("button", name="to")) == intake.MOST_DRAFTS - 1


def test_a_draft_with_nothing_in_it_is_not_followed_by_another(client: Client) -> None:
    draft = open_draft(client)
    for _press in range(3):
        client.post(SWITCH, {"new": "1"})
    assert Declaration.objects.get().pk == draft.pk


def test_changing_over_needs_the_phone_and_a_press(client: Client) -> None:
    begun()
    assert client.post(SWITCH, {"new": "1"}).url == UNPROVED
    assert client.get(SWITCH).status_code == 405
    assert Declaration.objects.count() == 1


def test_a_page_is_saved_to_the_draft_it_was_shown_for_not_to_the_one_of_another_tab(client: Client) -> None:
    first = open_draft(client)
    client.post(IDENTITY, ANSWERS)
    shown = Page(client.get(IDENTITY)).value("draft")
    client.post(SWITCH, {"new": "1"})
    second = Declaration.objects.latest("pk")
    client.post(IDENTITY, {**ANSWERS, "full_name": "Sửa Ở Thẻ Cũ", "draft": shown})
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.full_name, second.full_name) == ("Sửa Ở Thẻ Cũ", "")
    assert Page(client.get(IDENTITY)).value("draft") == str(first.pk)


def test_a_page_of_the_person_before_never_lands_in_the_next_ones_draft(client: Client) -> None:
    open_draft(client)
    shown = Page(client.get(IDENTITY)).value("draft")
    second = open_draft(client, OTHER)
    assert client.post(IDENTITY, {**ANSWERS, "draft": shown}).url == UNPROVED
    second.refresh_from_db()
    assert second.full_name == ""
    assert Page(client.get(IDENTITY)).value("full_name") == ""


def test_a_draft_filed_elsewhere_leads_to_its_confirmation(client: Client) -> None:
    draft = fill(client)
    elsewhere = Client()
    prove(elsewhere)
    elsewhere.post(CHECK, AGREED)
    for answer in (client.get(IDENTITY), client.post(IDENTITY, {**ANSWERS, "draft": draft.pk})):
        assert answer.url == DONE
    assert Declaration.objects.get(pk=draft.pk).file_number in client.get(DONE).content.decode()


def test_what_was_filed_elsewhere_is_not_told_to_a_browser_left_alone(client: Client, later: Any) -> None:
    draft = fill(client)
    intake.file_declaration(draft.pk)
    assert client.get(DONE).status_code == 200
    later(timedelta(minutes=31))
    assert client.get(DONE).url == "/dang-ky/"


def test_half_an_hour_alone_closes_the_draft_and_the_phone_opens_it_again(client: Client, later: Any) -> None:
    open_draft(client)
    client.post(IDENTITY, ANSWERS)
    later(timedelta(minutes=29))
    assert client.get(PHOTOS).status_code == 200  # and counts as use
    later(timedelta(minutes=58))
    assert client.get(PHOTOS).status_code == 200
    later(timedelta(minutes=89))
    assert client.get(PHOTOS).url == UNPROVED
    assert client.get(f"{PHOTOS}portrait/").status_code == 404
    assert NAME not in client.get(UNPROVED).content.decode()
    assert prove(client) == PHOTOS


@pytest.mark.parametrize("loss", ["idle", "session gone"])
@pytest.mark.parametrize("path", [IDENTITY, ADDRESS])
def test_what_was_sent_too_late_is_saved_once_the_phone_is_proved_again(
    client: Client, later: Any, loss: str, path: str
) -> None:
    draft = fill(client)
    typed = {IDENTITY: {**ANSWERS, "full_name": "Gõ Sau"}, ADDRESS: places(address="Gõ sau")}[path]
    if loss == "idle":
        later(timedelta(minutes=31))
    else:
        client.session.flush()
    assert client.post(path, {**typed, "draft": draft.pk}).url == UNPROVED
    draft.refresh_from_db()
    assert "sau" not in f"{draft.full_name} {draft.address}".lower()
    assert prove(client) == path
    assert client.get(path).url == CHECK
    assert "lúc chưa xác nhận số điện thoại" in Page(client.get(CHECK)).status  # it may have been somebody else
    draft.refresh_from_db()
    assert "gõ sau" in f"{draft.full_name} {draft.address}".lower()
    assert client.get(path).status_code == 200  # once


def test_what_was_sent_too_late_with_a_slip_is_shown_with_its_sentence(client: Client, later: Any) -> None:
    draft = open_draft(client)
    later(timedelta(minutes=31))
    client.post(IDENTITY, {**ANSWERS, "bhxh_code": "99", "draft": draft.pk})
    page = Page(client.get(prove(client)))
    assert page.value("full_name") == NAME
    assert page.is_refused("bhxh_code")


def test_what_one_person_sent_too_late_is_not_kept_for_another_phone(client: Client, later: Any) -> None:
    draft = open_draft(client)
    later(timedelta(minutes=31))
    client.post(IDENTITY, {**ANSWERS, "draft": draft.pk})
    assert prove(client, OTHER) == IDENTITY
    assert NAME not in client.get(IDENTITY).content.decode()
    prove(client)
    draft.refresh_from_db()
    assert draft.full_name == ""


def test_ghi_nhan_sent_too_late_files_nothing_until_it_is_pressed_again(client: Client, later: Any) -> None:
    draft = fill(client)
    later(timedelta(minutes=31))
    assert client.post(CHECK, {**AGREED, "draft": draft.pk}).url == UNPROVED
    assert prove(client) == CHECK
    assert client.get(CHECK).status_code == 200
    draft.refresh_from_db()
    assert draft.state == State.DRAFT


def test_a_page_too_long_to_be_ours_is_not_kept(client: Client) -> None:
    client.post(IDENTITY, {**ANSWERS, "full_name": "A" * drafts.LONGEST_TYPED, "draft": "1"})
    assert drafts.TYPED not in client.session


@pytest.mark.parametrize("mark", ["", "0", "-1", "١٢", "9" * 19, "x"])
def test_a_strange_mark_is_no_draft_and_breaks_nothing(client: Client, mark: str) -> None:
    draft = open_draft(client)
    client.post(IDENTITY, {**ANSWERS, "draft": mark})
    draft.refresh_from_db()
    assert draft.full_name == NAME


def test_a_page_of_the_declaration_asks_as_much_with_many_drafts_as_with_none(
    client: Client, django_assert_num_queries: Any
) -> None:
    open_draft(client)
    with django_assert_num_queries(3):
        client.get(IDENTITY)
    for _draft in range(3):
        begun(full_name=NAME)
    with django_assert_num_queries(3):
        client.get(IDENTITY)
