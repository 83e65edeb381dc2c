"""A draft goes on wherever its phone is proved, and nowhere else."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from registration.models import Declaration
from registration.services import intake
from registration.views import drafts
from registration.workflow import State
from tests import factories
from tests.registration.resuming import FIRST, NAME, OTHER, SWITCH, UNPROVED, begun, prove
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
