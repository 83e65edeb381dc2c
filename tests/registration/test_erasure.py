"""What a citizen has deleted: a draft at once, a decided file by its office, and never what others need to know."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Event, Message, User
from accounts.services.roles import Role
from registration.models import Declaration, ErasureRequest, PhotoHandover, SupplementRequest
from registration.services import erasure, intake, review
from registration.services.status import AlreadyFiled
from tests import factories
from tests.registration.at_the_desk import page_of, seat
from tests.registration.codes import CCCD
from tests.registration.following import CLOSED, FILE, WITHDRAW
from tests.registration.keeping import files, files_of, holder, refused, stuck_storage
from tests.registration.walking import IDENTITY, Page, fill, newest_text, open_draft

pytestmark = pytest.mark.django_db(transaction=True)

NO_DRAFT = "/dang-ky/ca-nhan/?chua-co-to-khai"
DISCARD, ERASE = "/dang-ky/ca-nhan/xoa/", "/ho-so/xoa/"
LIST = "/admin/registration/erasurerequest/"
PERSONAL = (
    "Nguyễn Văn Mẫu",
    "9900000001",
    "1985-08-15",
    "001085999001",
    "Số 12",
    "999000001",
    "bà Mẫu",
    "mau@x.example",
)


@pytest.fixture
def officer() -> User:
    return factories.officer()


@pytest.fixture
def asked(officer: User) -> ErasureRequest:
    return erasure.ask(refused(email="mau@x.example").pk)


def kept_of(declaration: Declaration) -> str:
    return repr(Declaration.objects.filter(pk=declaration.pk).values().get())


# --- A draft ------------------------------------------------------------------------------------------------


def test_a_draft_goes_at_once_with_its_photos_and_only_by_the_button(client: Client) -> None:
    draft, other = fill(client), factories.draft()
    page = Page(client.get(DISCARD))
    assert "không lấy lại được" in page.html
    assert Declaration.objects.filter(pk=draft.pk).exists()
    assert client.post(DISCARD).url == "/dang-ky/"
    assert list(Declaration.objects.all()) == [other]
    assert files() == files_of(other)
    assert "đã được xóa" in Page(client.get("/dang-ky/")).status
    assert client.get(IDENTITY).url == NO_DRAFT
    event = Event.objects.get(action="declaration.deleted")
    assert (event.object_id, event.detail, event.person_id) == (str(draft.pk), {}, None)


def test_what_a_paper_said_goes_from_the_browser_with_the_draft(client: Client) -> None:
    open_draft(client)
    client.post(IDENTITY, {"read_paper": "1", "paper_text": CCCD})
    assert "001085999001" in str(dict(client.session))
    client.post(DISCARD)
    assert "001085999001" not in str(dict(client.session))


def test_pressed_twice_or_by_somebody_else_it_does_nothing_more(client: Client) -> None:
    draft = open_draft(client)
    assert Client().post(DISCARD).url == NO_DRAFT
    assert Declaration.objects.filter(pk=draft.pk).exists()
    client.post(DISCARD)
    assert client.post(DISCARD).url == NO_DRAFT
    erasure.delete_draft(draft.pk)
    assert Event.objects.filter(action="declaration.deleted").count() == 1


def test_what_is_filed_is_no_draft_any_more(client: Client) -> None:
    draft = fill(client)
    intake.file_declaration(draft.pk)
    assert client.post(DISCARD).url == "/dang-ky/ca-nhan/xong/"
    with pytest.raises(AlreadyFiled):
        erasure.delete_draft(draft.pk)
    assert files() == files_of(draft)


# --- Asking -------------------------------------------------------------------------------------------------


def test_an_open_file_is_withdrawn_first() -> None:
    filed = factories.filed()
    client = holder(filed)
    page = Page(client.get(ERASE))
    assert "rút hồ sơ trước" in page.html
    assert page.all("a", href=WITHDRAW)
    assert client.post(ERASE).url == ERASE
    assert "rút hồ sơ trước" in Page(client.get(ERASE)).status.casefold()
    assert not ErasureRequest.objects.exists()
    with pytest.raises(erasure.StillOpen):
        erasure.ask(filed.pk)


def test_of_a_decided_file_it_is_asked_once_by_the_button() -> None:
    declaration = refused()
    client = holder(declaration)
    assert Page(client.get(ERASE)).all("button", type="submit")[-1].text == "Yêu cầu xóa dữ liệu"
    assert not ErasureRequest.objects.exists()
    for _press in range(2):
        assert client.post(ERASE).url == ERASE
    assert ErasureRequest.objects.get().declaration == declaration
    assert "Yêu cầu xóa đã gửi" in Page(client.get(ERASE)).html
    assert Event.objects.filter(action="declaration.erasure_asked", object_id=str(declaration.pk)).count() == 1
    assert files() == files_of(declaration)


def test_a_browser_without_the_right_to_a_file_asks_for_nothing() -> None:
    refused()
    for client in (Client(), holder(factories.draft())):
        assert client.get(ERASE).url == CLOSED
        assert client.post(ERASE).url == CLOSED
    assert not ErasureRequest.objects.exists()


# --- Answering ----------------------------------------------------------------------------------------------


def test_granted_nothing_personal_is_left_and_the_office_still_knows_what_it_did(asked: ErasureRequest) -> None:
    declaration = asked.declaration
    before = Declaration.objects.get(pk=declaration.pk)
    events = Event.objects.count()
    SupplementRequest.objects.create(
        declaration=declaration, words="Ảnh bà Mẫu mờ", asked_by=before.reviewer, due_at=before.decided_at
    )
    PhotoHandover.objects.create(declaration=declaration, digest="d", expires_at=before.decided_at)
    assert all(word in kept_of(declaration) for word in PERSONAL)
    desk = seat(before.reviewer)
    assert desk.post(f"{LIST}{asked.pk}/grant/").url == LIST
    kept = kept_of(declaration)
    assert [word for word in PERSONAL if word in kept] == []
    assert files() == set()
    assert SupplementRequest.objects.get().words == ""
    assert not PhotoHandover.objects.exists()
    after = Declaration.objects.get(pk=declaration.pk)
    stays = ("file_number", "office_id", "ward_id", "state", "filed_at", "decided_at", "refusal_reason", "consented_at")
    assert [getattr(after, name) for name in stays] == [getattr(before, name) for name in stays]
    assert after.erased_at is not None
    assert Event.objects.filter(action="declaration.erased", actor_id=before.reviewer_id).count() == 1
    assert Event.objects.count() == events + 1
    assert "da duoc xoa theo yeu cau" in newest_text("+84999000001")
    citizen = holder(after)
    assert "Dữ liệu của hồ sơ đã được xóa" in Page(citizen.get(ERASE)).html
    assert "to-khai.pdf" not in Page(citizen.get(FILE)).html


def test_the_desk_opens_an_erased_file_and_says_so(asked: ErasureRequest, officer: User) -> None:
    erasure.grant(asked.pk, officer=officer)
    desk = seat(officer)
    page = Page(desk.get(page_of(asked.declaration)))
    assert "theo yêu cầu của người khai" in page.html
    assert "Nguyễn Văn Mẫu" not in page.html
    assert desk.get("/admin/registration/declaration/?tinh-trang=all").status_code == 200


def test_the_account_an_erased_file_led_to_goes_on(officer: User) -> None:
    person = factories.person(id_number="001085999001")
    accepted = review.accept(factories.filed().pk, officer=officer)
    erasure.grant(erasure.ask(accepted.pk).pk, officer=officer)
    person.refresh_from_db()
    assert files() == {person.portrait.name}
    account = User.objects.get(bhxh_code=person.bhxh_code)
    assert (account.is_active, account.person) == (True, person)
    assert Page(seat(officer).get(page_of(accepted))).all("form") is not None
    with pytest.raises(review.NotYours):
        review.resend_credentials(factories.filed().pk, officer=officer)


def test_of_an_erased_file_no_message_is_written_anew(asked: ErasureRequest, officer: User) -> None:
    Message.objects.filter(purpose="declaration_refused").update(state="failed", body=b"")
    lost = Message.objects.get(purpose="declaration_refused")
    erasure.grant(asked.pk, officer=officer)
    count = Message.objects.count()
    desk = seat(officer)
    assert asked.declaration.file_number not in Page(desk.get("/admin/")).html
    desk.post(page_of(asked.declaration, f"message/{lost.pk}/resend/"))
    assert Message.objects.count() == count


def test_refused_its_words_reach_the_citizen_and_nothing_is_deleted(asked: ErasureRequest, officer: User) -> None:
    desk, before = seat(officer), kept_of(asked.declaration)
    empty = Page(desk.post(f"{LIST}{asked.pk}/refuse/", {"words": " "}))
    assert empty.refusal("words") == "Ghi rõ vì sao không xóa."
    assert desk.post(f"{LIST}{asked.pk}/refuse/", {"words": "Đang có khiếu nại về hồ sơ này."}).url == LIST
    assert "Đang có khiếu nại" in Page(holder(asked.declaration).get(ERASE)).html
    assert kept_of(asked.declaration) == before
    assert files() == files_of(asked.declaration)
    event = Event.objects.get(action="declaration.erasure_refused")
    assert event.detail == {}
    assert "chua xoa" in newest_text("+84999000001")
    assert "khiếu nại" not in newest_text("+84999000001")


def test_an_answer_is_given_once(asked: ErasureRequest, officer: User) -> None:
    erasure.refuse(asked.pk, officer=officer, words="Đang có khiếu nại.")
    with pytest.raises(erasure.AlreadyAnswered):
        erasure.grant(asked.pk, officer=officer)
    desk = seat(officer)
    desk.post(f"{LIST}{asked.pk}/grant/")
    assert files() == files_of(asked.declaration)
    assert "đã có cán bộ trả lời" in Page(desk.get(LIST)).html


def test_only_the_files_own_office_answers(asked: ErasureRequest) -> None:
    strangers = {
        factories.officer("canbokhac", office=factories.office("00102", "Hoàn Kiếm")): 404,
        factories.officer("canboxa", ward=factories.ward()): 403,
        factories.officer("giamsat", role=Role.SUPERVISOR): 403,
        factories.administrator(): 403,
    }
    for who, status in strangers.items():
        assert seat(who).post(f"{LIST}{asked.pk}/grant/").status_code == status, who
        with pytest.raises(erasure.NotYours):
            erasure.grant(asked.pk, officer=who)
    asked.refresh_from_db()
    assert (asked.decided_at, files()) == (None, files_of(asked.declaration))


def test_with_a_storage_that_cannot_delete_nothing_is_erased_and_the_request_stays(
    asked: ErasureRequest, officer: User
) -> None:
    before, desk = kept_of(asked.declaration), seat(officer)
    with stuck_storage():
        answer = desk.post(f"{LIST}{asked.pk}/grant/")
    assert "Kho ảnh đang không xóa được" in Page(desk.get(answer.url)).html
    assert kept_of(asked.declaration) == before
    assert desk.post(f"{LIST}{asked.pk}/grant/").url == LIST
    assert files() == set()


def test_the_list_tells_nobodys_name_and_costs_the_same_with_many(
    asked: ErasureRequest, officer: User, django_assert_num_queries: Any
) -> None:
    desk = seat(officer)
    with CaptureQueriesContext(connection) as few:
        page = Page(desk.get(LIST))
    queries = len(few)  # counted from the connection's log, which the next request empties
    assert asked.declaration.file_number in page.html
    assert not [word for word in PERSONAL if word in page.html + Page(desk.get(f"{LIST}{asked.pk}/change/")).html]
    for number in range(6):
        erasure.ask(refused(bhxh_code=f"99000001{number:02d}").pk)
    with django_assert_num_queries(queries):
        links = [link["href"] for link in Page(desk.get(LIST)).all("a")]
    assert len([link for link in links if link.startswith(LIST) and link.endswith("/change/")]) == 7


def test_the_officers_home_names_the_files_that_wait_and_no_others(asked: ErasureRequest, officer: User) -> None:
    def named(who: User) -> bool:
        home = Page(seat(who).get("/admin/"))
        sections = [section for section in home.all("section") if "data-erasures" in section.attributes]
        return any(asked.declaration.file_number in section.text for section in sections)

    far = factories.officer("canbokhac", office=factories.office("00102", "Hoàn Kiếm"))
    ward = factories.officer("canboxa", ward=factories.ward())
    assert [named(who) for who in (officer, far, ward)] == [True, False, False]
    erasure.refuse(asked.pk, officer=officer, words="Đang có khiếu nại.")
    assert not named(officer)
