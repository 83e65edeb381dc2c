"""The officer sees how far the messages about a file came, and sends again the one that did not arrive."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Event, Message, User
from accounts.services.roles import Role
from registration.models import Declaration
from registration.services import review
from registration.workflow import RefusalReason
from tests import factories
from tests.accounts.conftest import text_of
from tests.registration.walking import Page

pytestmark = pytest.mark.django_db
LOST = {"state": "failed", "failure": "report_2", "body": b""}


@pytest.fixture
def officer() -> User:
    return factories.officer()


@pytest.fixture
def desk(officer: User) -> Client:
    return factories.signed_in(officer)


@pytest.fixture
def refused(officer: User) -> Declaration:
    filed = factories.filed()
    return review.refuse(filed.pk, officer=officer, reason=RefusalReason.PHOTO_UNCLEAR, words="mờ")


def page_of(declaration: Declaration, end: str = "change/") -> str:
    return f"/admin/registration/declaration/{declaration.pk}/{end}"


def shown(desk: Client, declaration: Declaration) -> list[str]:
    return [item.text for item in Page(desk.get(page_of(declaration))).all("li") if "data-message" in item.attributes]


def lose(key: str) -> Message:
    Message.objects.filter(dedupe_key=key).update(**LOST, final_at=timezone.now())
    return Message.objects.get(dedupe_key=key)


def test_each_message_of_the_file_stands_there_with_its_state_and_why(desk: Client, refused: Declaration) -> None:
    lose(f"refused:{refused.pk}")
    first, second = shown(desk, refused)
    assert first.startswith("Đã ghi nhận tờ khai: đang chờ gửi")
    assert "không gửi được" in second
    assert "nhà cung cấp báo không tới, mã 2" in second
    assert "Gửi lại tin này" in second
    assert "Gửi lại tin này" not in first


def test_the_message_that_did_not_arrive_is_written_anew(desk: Client, refused: Declaration) -> None:
    old = lose(f"refused:{refused.pk}")
    for _press in range(2):
        assert desk.post(page_of(refused, f"message/{old.pk}/resend/")).status_code == 302
    new = Message.objects.latest("pk")
    assert Message.objects.count() == 3
    assert (new.purpose, str(new.to)) == ("declaration_refused", str(refused.phone))
    assert "anh khong ro" in text_of(new)
    assert Event.objects.filter(action="message.resent", object_id=str(old.pk)).count() == 1
    assert len(shown(desk, refused)) == 3


def test_the_first_message_of_a_file_too(desk: Client) -> None:
    filed = factories.filed()
    old = lose(f"filed:{filed.pk}")
    desk.post(page_of(filed, f"message/{old.pk}/resend/"))
    assert filed.file_number in text_of(Message.objects.latest("pk"))


def test_an_accepted_file_shows_the_latest_password_message_without_a_button_of_its_own(
    desk: Client, officer: User
) -> None:
    factories.person(id_number="001085999001")
    accepted = review.accept(factories.filed().pk, officer=officer)
    Message.objects.filter(kind="credentials").update(**LOST, final_at=timezone.now())
    review.resend_credentials(accepted.pk, officer=officer)
    told = shown(desk, accepted)
    assert len(told) == 2
    assert told[1].startswith("Mật khẩu một lần: đang chờ gửi")
    assert "Gửi lại tin này" not in " ".join(told)


def test_no_officer_sends_a_message_of_another_file_or_area(desk: Client, refused: Declaration, officer: User) -> None:
    other = factories.filed(bhxh_code="9900000002", phone="+84999000002")
    theirs, mine = lose(f"filed:{other.pk}"), lose(f"refused:{refused.pk}")
    desk.post(page_of(refused, f"message/{theirs.pk}/resend/"))
    far = factories.officer("canbokhac", office=factories.office("00102", "Hoàn Kiếm"))
    assert factories.signed_in(far).post(page_of(refused, f"message/{mine.pk}/resend/")).status_code == 404
    supervisor = factories.officer("giamsat", role=Role.SUPERVISOR)
    assert factories.signed_in(supervisor).post(page_of(refused, f"message/{mine.pk}/resend/")).status_code == 403
    for who in (far, supervisor):
        with pytest.raises(review.NotYours):
            review.resend_message(refused.pk, message_id=mine.pk, officer=who)
    with pytest.raises(review.NotYours):
        review.resend_message(refused.pk, message_id=theirs.pk, officer=officer)
    assert Message.objects.count() == 3


def test_a_file_whose_number_begins_alike_is_another(desk: Client, refused: Declaration) -> None:
    Message.objects.filter(dedupe_key=f"filed:{refused.pk}").update(dedupe_key=f"filed:{refused.pk}1")
    assert len(shown(desk, refused)) == 1


def test_an_administrator_sends_again_what_belongs_to_a_file(refused: Declaration) -> None:
    old = lose(f"refused:{refused.pk}")
    administrator = factories.signed_in(factories.administrator())
    administrator.post(f"/admin/accounts/message/{old.pk}/resend/")
    assert "anh khong ro" in text_of(Message.objects.latest("pk"))


def test_of_a_file_that_is_gone_nothing_is_sent(refused: Declaration) -> None:
    old = lose(f"refused:{refused.pk}")
    Message.objects.filter(pk=old.pk).update(dedupe_key="refused:987654")
    factories.signed_in(factories.administrator()).post(f"/admin/accounts/message/{old.pk}/resend/")
    assert Message.objects.count() == 2


def test_the_page_costs_the_same_with_many_messages(
    desk: Client, refused: Declaration, django_assert_num_queries: Any
) -> None:
    with CaptureQueriesContext(connection) as few:
        desk.get(page_of(refused))
    kept = Message.objects.get(dedupe_key=f"refused:{refused.pk}")
    for number in range(8):
        kept.pk, kept.dedupe_key = None, f"refused:{refused.pk}:{number}"
        kept.save(force_insert=True)
    with django_assert_num_queries(len(few)):
        desk.get(page_of(refused))


def told_at_home(client: Client) -> list[str]:
    page = Page(client.get("/admin/"))
    return [link.text for link in page.all("a") if re.fullmatch(r"\d{5}/\d{4}/\d{5}", link.text)]


def test_the_officers_home_names_the_files_whose_messages_were_lost(desk: Client, refused: Declaration) -> None:
    assert told_at_home(desk) == []
    old = lose(f"refused:{refused.pk}")
    assert told_at_home(desk) == [refused.file_number]
    desk.post(page_of(refused, f"message/{old.pk}/resend/"))
    assert told_at_home(desk) == []


def test_a_lost_password_is_named_until_a_fresh_one_goes_or_the_first_is_used(desk: Client, officer: User) -> None:
    factories.person(id_number="001085999001")
    accepted = review.accept(factories.filed().pk, officer=officer)
    Message.objects.filter(kind="credentials").update(**LOST, final_at=timezone.now())
    assert told_at_home(desk) == [accepted.file_number]
    User.objects.filter(bhxh_code=accepted.bhxh_code).update(must_change_password=False)
    assert told_at_home(desk) == []
    User.objects.filter(bhxh_code=accepted.bhxh_code).update(must_change_password=True)
    review.resend_credentials(accepted.pk, officer=officer)
    assert told_at_home(desk) == []
    Message.objects.filter(replaced_at=None, kind="credentials").update(**LOST, final_at=timezone.now())
    assert told_at_home(desk) == [accepted.file_number]


def test_another_office_or_ward_is_told_nothing(refused: Declaration) -> None:
    lose(f"refused:{refused.pk}")
    far = factories.officer("canbokhac", office=factories.office("00102", "Hoàn Kiếm"))
    other_ward = factories.officer("canboxa", ward=factories.ward("00008", "Ngọc Hà"))
    for who in (far, other_ward, factories.administrator()):
        assert told_at_home(factories.signed_in(who)) == []


def test_the_home_costs_the_same_with_many_lost_messages(
    desk: Client, refused: Declaration, django_assert_num_queries: Any
) -> None:
    lose(f"refused:{refused.pk}")
    with CaptureQueriesContext(connection) as one:
        desk.get("/admin/")
    for number in range(12):
        lose(f"filed:{factories.filed(bhxh_code=f'99000001{number:02d}', phone=f'+849990001{number:02d}').pk}")
    with django_assert_num_queries(len(one)):
        assert len(told_at_home(desk)) == 10
