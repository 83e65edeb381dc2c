"""The review desk through its pages: who may open what, and what each button does."""

from __future__ import annotations

import pytest
from django.test import Client

from accounts.models import Event, Message, User
from registration import hints
from registration.models import Declaration
from registration.workflow import State
from tests import factories
from tests.registration.at_the_desk import QUEUE, REASON, page_of, seat
from tests.registration.walking import Page, newest_text

pytestmark = pytest.mark.django_db

STEPS = ("receive/", "accept/", "refuse/", "ask/")


def unchanged(declaration: Declaration) -> bool:
    credentials = Message.objects.exclude(purpose="declaration_filed").exists()
    accounts = User.objects.filter(bhxh_code=declaration.bhxh_code).exists()
    return Declaration.objects.get(pk=declaration.pk).state == State.FILED and not credentials and not accounts


def outsiders() -> dict[str, tuple[User, int]]:
    """Who has no business with a file of this office and ward, and what they are answered."""
    here = factories.office()
    return {
        "another office": (factories.officer("a", office=factories.office("001", "Hà Nội", "province")), 404),
        "another ward": (factories.officer("b", office=here, ward=factories.ward("00008", "Ngọc Hà")), 404),
        "administrator without an office": (factories.officer("c", office=None, is_superuser=True), 403),
        "officer without an office": (factories.officer("d", office=None), 403),
    }


@pytest.mark.parametrize(
    "who", ["another office", "another ward", "administrator without an office", "officer without an office"]
)
def test_a_file_that_is_not_ones_own_is_not_there_whatever_is_tried(filed: Declaration, who: str) -> None:
    user, answer = outsiders()[who]
    client = seat(user)
    events = Event.objects.count()
    assert client.get(page_of(filed)).status_code == answer
    for kind in ("portrait", "id_front", "id_back"):
        assert client.get(page_of(filed, f"photo/{kind}/")).status_code == answer
    for step in STEPS:
        assert client.post(page_of(filed, step), REASON).status_code == answer
    assert client.post(page_of(filed, "refuse/"), {"reason": ""}).status_code == answer
    assert filed.file_number not in client.get(QUEUE).content.decode()
    assert client.get(page_of(filed, "history/")).status_code in {302, 403, 404}
    assert unchanged(filed)
    assert Event.objects.count() == events


def test_citizens_clinics_and_strangers_are_shown_to_the_door(filed: Declaration) -> None:
    whose = factories.citizen(factories.person("9900000002", phone="+84999000002"))
    for client in (Client(), factories.signed_in(whose)):
        for path in ("change/", "photo/portrait/"):
            answer = client.get(page_of(filed, path))
            assert answer.status_code == 302
            assert answer.url.startswith("/admin/login/")
        for step in STEPS:
            assert client.post(page_of(filed, step), REASON).status_code == 302
        assert client.get(QUEUE).status_code == 302
    assert unchanged(filed)
    assert not Event.objects.filter(action="photo.viewed").exists()


def test_an_officer_with_a_one_time_password_changes_it_before_seeing_anything(filed: Declaration) -> None:
    client = seat(factories.officer("moi", must_change_password=True))
    assert client.get(page_of(filed)).url == "/doi-mat-khau/"
    assert client.get(page_of(filed, "photo/portrait/")).url == "/doi-mat-khau/"


def test_what_a_machine_doubts_in_a_photo_stands_beside_it_for_the_officer(desk: Client, filed: Declaration) -> None:
    assert not Page(desk.get(page_of(filed))).all("p", data_doubt="")
    filed.photos.filter(kind="id_front").update(hints="blurred glare of_a_version_before")
    page = Page(desk.get(page_of(filed)))
    doubts = [str(hints.WORDS[code].officer) for code in ("blurred", "glare")]
    assert [doubt.text for doubt in page.all("p", data_doubt="")] == doubts
    assert str(hints.WORDS["blurred"].citizen) not in page.html


@pytest.mark.parametrize("step", STEPS)
def test_a_link_to_a_decision_leads_to_the_file_and_decides_nothing(
    desk: Client, filed: Declaration, step: str
) -> None:
    assert desk.get(page_of(filed, step)).url == page_of(filed)
    assert unchanged(filed)


@pytest.mark.parametrize("step", STEPS)
def test_a_decision_needs_the_pages_own_token(filed: Declaration, step: str) -> None:
    client = Client(enforce_csrf_checks=True)
    factories.signed_in(factories.officer(), client)
    assert client.post(page_of(filed, step), REASON).status_code == 403
    assert unchanged(filed)


def test_a_draft_is_at_no_address(desk: Client) -> None:
    draft = factories.draft()
    assert desk.get(page_of(draft)).status_code == 404
    assert desk.get(page_of(draft, "photo/portrait/")).status_code == 404
    assert desk.get(f"{QUEUE}99999999999999999999999/change/").status_code == 404
    assert desk.get(f"{QUEUE}abc/change/").status_code == 404


@pytest.mark.parametrize("path", ["add/", "{pk}/delete/"])
def test_nobody_adds_or_deletes_a_file_at_the_desk(filed: Declaration, path: str) -> None:
    client = seat(factories.officer(is_superuser=True))
    assert client.post(QUEUE + path.format(pk=filed.pk), {"post": "yes"}).status_code == 403
    assert Declaration.objects.count() == 1


def test_a_post_to_the_page_itself_changes_nothing(desk: Client, filed: Declaration) -> None:
    before = Declaration.objects.values().get()
    desk.post(page_of(filed), {"full_name": "Kẻ Khác", "state": "accepted"})
    assert Declaration.objects.values().get() == before


def test_the_page_marks_what_differs_and_offers_no_acceptance_then(desk: Client, filed: Declaration) -> None:
    Declaration.objects.filter(pk=filed.pk).update(birth_date="1986-08-15")
    page = Page(desk.get(page_of(filed)))
    differing = [row.text for row in page.all("tr") if "differs" in (row.get("class") or "")]
    assert len(differing) == 1
    assert "15/08/1986" in differing[0]
    assert "15/08/1985" in differing[0]
    assert [element["data-blocker"] for element in page.elements if element.get("data-blocker")] == [
        "birth_date_differs"
    ]
    assert not [form for form in page.all("form") if form.get("action") == page_of(filed, "accept/")]
    assert "CCCD không khớp" in page.html


def test_accepting_despite_a_blocker_is_refused_with_the_reason(desk: Client, filed: Declaration) -> None:
    Declaration.objects.filter(pk=filed.pk).update(full_name="Nguyễn Văn Khác")
    answer = desk.post(page_of(filed, "accept/"), follow=True)
    assert "cần hai cán bộ" in answer.content.decode()
    assert unchanged(filed)


def test_taking_a_file_up_stays_on_its_page_and_the_button_goes(desk: Client, filed: Declaration) -> None:
    assert desk.post(page_of(filed, "receive/")).url == page_of(filed)
    page = Page(desk.get(page_of(filed)))
    assert "Đã tiếp nhận" in page.html
    assert not [form for form in page.all("form") if form.get("action") == page_of(filed, "receive/")]


def test_accepting_goes_back_to_the_queue_and_shows_no_password(desk: Client, filed: Declaration) -> None:
    answer = desk.post(page_of(filed, "accept/"), follow=True)
    assert answer.redirect_chain[-1][0] == QUEUE
    password = newest_text("+84999000001").split("mat khau: ")[1].split()[0]
    pages = [answer, desk.get(page_of(filed)), desk.get(f"{QUEUE}?tinh-trang=accepted")]
    assert not [page for page in pages if password in page.content.decode()]
    assert Declaration.objects.get().state == State.ACCEPTED


@pytest.mark.parametrize(
    ("sent", "field"), [({}, "reason"), ({"reason": "bia_ra"}, "reason"), ({"reason": "other", "words": "  "}, "words")]
)
def test_a_refusal_without_a_reason_or_words_for_another_one_is_refused(
    desk: Client, filed: Declaration, sent: dict[str, str], field: str
) -> None:
    page = Page(desk.post(page_of(filed, "refuse/"), {"csrfmiddlewaretoken": "x", **sent}))
    assert page.refusal(field)
    assert unchanged(filed)


def test_a_refusal_keeps_the_words_typed_when_the_reason_is_missing(desk: Client, filed: Declaration) -> None:
    page = Page(desk.post(page_of(filed, "refuse/"), {"reason": "", "words": "Ảnh bị lóa"}))
    assert page.value("words") == "Ảnh bị lóa"


def test_a_refusal_is_stored_with_its_words_and_sent_without_them(desk: Client, filed: Declaration) -> None:
    desk.post(page_of(filed, "refuse/"), {"reason": "other", "words": "Thiếu trang sau"})
    refused = Declaration.objects.get()
    assert (refused.state, refused.refusal_reason, refused.refusal_words) == ("refused", "other", "Thiếu trang sau")
    assert "hoi co quan BHXH" in newest_text("+84999000001")
    assert "Thiếu trang sau" in desk.get(page_of(filed)).content.decode()


@pytest.mark.parametrize("step", STEPS)
def test_the_second_officer_reads_that_a_colleague_was_first(desk: Client, filed: Declaration, step: str) -> None:
    desk.post(page_of(filed, "accept/"))
    before = Declaration.objects.values().get()
    answer = seat(factories.officer("canbo2")).post(page_of(filed, step), REASON, follow=True)
    assert "Cán bộ khác đã quyết định" in answer.content.decode()
    assert Declaration.objects.values().get() == before
    assert User.objects.filter(bhxh_code="9900000001").count() == 1


def test_pressing_accept_twice_is_not_blamed_on_a_colleague(desk: Client, filed: Declaration) -> None:
    desk.post(page_of(filed, "accept/"))
    answer = desk.post(page_of(filed, "accept/"), follow=True)
    assert "Cán bộ khác" not in answer.content.decode()
    assert Message.objects.filter(kind=Message.Kind.CREDENTIALS).count() == 1


def test_a_picture_seen_by_an_officer_is_written_down_before_it_is_served(desk: Client, filed: Declaration) -> None:
    """The event stands even when the file behind the row is gone."""
    photo = filed.photos.get(kind="id_front")
    assert desk.get(page_of(filed, "photo/id_front/")).headers["Content-Type"] == "image/jpeg"
    photo.file.storage.delete(photo.file.name)
    assert desk.get(page_of(filed, "photo/id_front/")).status_code == 404
    viewed = Event.objects.filter(action="photo.viewed")
    assert [(event.object_id, event.detail) for event in viewed] == [(str(filed.pk), {"kind": "id_front"})] * 2
    assert {event.actor_id for event in viewed} == {User.objects.get(username="canbo").pk}


def test_a_picture_that_is_not_there_is_no_view(desk: Client, filed: Declaration) -> None:
    assert desk.get(page_of(filed, "photo/passport/")).status_code == 404
    assert not Event.objects.filter(action="photo.viewed").exists()


def test_a_picture_is_private_and_not_kept(desk: Client, filed: Declaration) -> None:
    headers = desk.get(page_of(filed, "photo/portrait/")).headers
    assert "no-store" in headers["Cache-Control"]
    assert headers["X-Content-Type-Options"] == "nosniff"


def test_what_was_done_with_a_file_reads_as_words_in_the_list_of_events(desk: Client, filed: Declaration) -> None:
    desk.get(page_of(filed))
    desk.get(page_of(filed, "photo/portrait/"))
    for step in ("receive/", "accept/", "resend/"):
        desk.post(page_of(filed, step))
    administrator = seat(factories.officer("quantri", office=None, is_superuser=True))
    page = Page(administrator.get("/admin/accounts/event/"))
    done = [cell.text for cell in page.elements if "field-what" in (cell.get("class") or "")]
    things = [cell.text for cell in page.elements if "field-thing" in (cell.get("class") or "")]
    assert len(done) == Event.objects.count() >= 8
    assert not [words for words in done if "." in words]
    assert f"Tờ khai {filed.pk}" in things
    assert {words.split()[0] for words in things} <= {"Tờ", "Tài", "–"}
