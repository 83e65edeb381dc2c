"""Behind the code to its phone: the story of one file, and of no other; nothing of it without the code."""

from __future__ import annotations

import time
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.limits import LIMITS
from accounts.models import Event, Message, OneTimeCode
from accounts.services import access
from registration.models import Declaration, Photo
from registration.services import review, supplement
from registration.workflow import REFUSAL_SENTENCES, RefusalReason, State
from tests import factories
from tests.registration.at_the_desk import page_of, seat
from tests.registration.following import CLOSED, CODE, FILE, MEND, PHOTO, WITHDRAW, find, idle, open_file, opened
from tests.registration.walking import AGREED, CHECK, TRACK, Page, fill, newest_code, newest_text, open_draft

pytestmark = pytest.mark.django_db
BEHIND = (FILE, MEND, WITHDRAW)


@pytest.fixture
def filed() -> Declaration:
    return factories.filed()


def assert_shut(client: Client) -> None:
    for path in BEHIND:
        for answer in (client.get(path), client.post(path, {"close": "1"})):
            assert (answer.status_code, answer.url) == (302, CLOSED)
    assert client.get(PHOTO).status_code == 404


def test_without_a_code_nothing_behind_it_is_there(client: Client, filed: Declaration) -> None:
    assert_shut(client)
    find(client, filed)
    assert_shut(client)
    client.post(CODE, {"resend": "1"})
    assert_shut(client)
    assert Declaration.objects.get(pk=filed.pk).state == State.FILED


def test_the_code_says_what_it_is_for_and_opens_the_file(client: Client, filed: Declaration) -> None:
    page = open_file(client, filed)
    assert "la ma xem ho so" in newest_text(str(filed.phone))
    for declared in ("Nguyễn Văn Mẫu", "15/08/1985", "001085999001", "Số 12", filed.file_number):
        assert declared in page.html
    assert {image["src"].partition("?")[0] for image in page.all("img")} == {
        f"{TRACK}anh/{kind}/" for kind in Photo.Kind.values
    }
    assert client.get(PHOTO)["Content-Type"] == "image/jpeg"
    assert Event.objects.filter(action="declaration.opened", object_id=str(filed.pk), actor_id=None).count() == 1


def test_a_wrong_code_opens_nothing_and_says_how_many_tries_are_left(client: Client, filed: Declaration) -> None:
    find(client, filed)
    client.post(CODE, {"resend": "1"})
    wrong = f"{(int(newest_code(str(filed.phone))) + 1) % 10**6:06d}"
    page = Page(client.post(CODE, {"code": wrong}))
    assert "còn 4 lần" in page.refusal("code")
    assert_shut(client)


def test_the_code_page_leads_back_where_no_file_was_found_or_no_code_asked_for(
    client: Client, filed: Declaration
) -> None:
    assert client.post(CODE, {"resend": "1"}).url == TRACK
    assert not OneTimeCode.objects.exists()
    find(client, filed)
    assert client.get(CODE).url == TRACK
    open_file(client, filed)
    assert client.post(CODE, {"code": "000000"}).url == FILE  # the button pressed twice


def test_a_stranger_who_knows_number_and_phone_cannot_run_up_messages(filed: Declaration) -> None:
    def ask(address: str) -> Page:
        client = Client(REMOTE_ADDR=address)
        find(client, filed)
        return Page(client.post(CODE, {"resend": "1"}, follow=True))

    for turn in range(LIMITS["code.stranger.hour"].count):
        assert "Nhập mã trong tin nhắn" in ask(f"10.0.0.{turn}").html
    sent = Message.objects.filter(purpose="status").count()
    refused = ask("10.0.1.1")
    assert "quá nhiều lần" in refused.status
    assert Message.objects.filter(purpose="status").count() == sent == LIMITS["code.stranger.hour"].count


def test_the_session_has_a_new_name_once_the_file_is_open(client: Client, filed: Declaration) -> None:
    find(client, filed)
    before = client.session.session_key
    open_file(client, filed)
    assert client.session.session_key != before


def test_ones_own_code_opens_no_file_of_anothers(client: Client, filed: Declaration) -> None:
    """Number and phone of the other are known, its phone is not at hand."""
    theirs = factories.filed(bhxh_code="9900000002", phone="+84999000002")
    find(client, filed)
    client.post(CODE, {"resend": "1"})
    code = newest_code(str(filed.phone))
    find(client, theirs)
    assert client.post(CODE, {"code": code}).url == TRACK
    assert_shut(client)
    client.post(CODE, {"resend": "1"})
    client.post(CODE, {"code": code})
    assert_shut(client)


def test_two_files_of_one_phone_take_a_code_each(client: Client, filed: Declaration) -> None:
    other = factories.filed(bhxh_code="9900000002", full_name="Trần Thị Khác")
    open_file(client, filed)
    page = find(client, other)
    assert [button for button in page.all("button") if button.text == "Gửi mã để xem"]
    assert "Trần Thị Khác" not in client.get(FILE).content.decode()
    assert client.post(CODE, {"code": "123456"}).url == TRACK


def test_the_right_to_one_file_gives_nothing_of_another(filed: Declaration) -> None:
    theirs = factories.filed(bhxh_code="9900000002", phone="+84999000002", full_name="Trần Thị Khác")
    client = opened(filed)
    find(client, theirs)
    session = client.session
    session["filed_id"] = theirs.pk  # the number of a file alone is no right
    session.save()
    assert "Trần Thị Khác" not in client.get(FILE).content.decode()
    client.post(WITHDRAW)
    states = Declaration.objects.values_list("full_name", "state")
    assert dict(states) == {"Nguyễn Văn Mẫu": State.WITHDRAWN, "Trần Thị Khác": State.FILED}


def test_photos_are_those_of_the_open_file_only(filed: Declaration) -> None:
    theirs = factories.filed(bhxh_code="9900000002", phone="+84999000002", id_kind="passport", id_number="C1234567")
    client = opened(theirs)
    assert client.get(PHOTO).status_code == 200
    for guess in ("id_back/", "khong-co/", f"{filed.pk}/", f"portrait/{filed.pk}/"):
        assert client.get(f"{TRACK}anh/{guess}").status_code == 404
    assert client.get(page_of(theirs, "photo/portrait/")).status_code == 302


def test_the_right_ends_after_half_an_hour_without_use_and_lasts_while_it_is_used(filed: Declaration) -> None:
    client = opened(filed)
    for _turn in range(3):
        idle(client, 29)
        assert client.get(FILE).status_code == 200
    idle(client, 31)
    assert_shut(client)
    page = Page(client.get(CLOSED))
    assert "30 phút" in page.html


def test_whoever_shares_the_machine_closes_the_file(filed: Declaration) -> None:
    client = opened(filed)
    assert client.post(FILE, {"close": "1"}).url == TRACK
    assert_shut(client)


def test_whoever_has_just_filed_reads_the_file_without_another_code(client: Client) -> None:
    fill(client)
    client.post(CHECK, AGREED)
    assert "Nguyễn Văn Mẫu" in client.get(FILE).content.decode()
    page = Page(client.get(TRACK))
    assert page.all("a", href=FILE)
    idle(client, 31)
    assert_shut(client)


def test_whoever_goes_on_to_another_declaration_leaves_the_first_behind(client: Client) -> None:
    fill(client)
    client.post(CHECK, AGREED)
    open_draft(client, "+84999000002")
    assert_shut(client)


def test_the_button_for_another_person_closes_the_file_too(filed: Declaration) -> None:
    client = opened(filed)
    client.post(reverse("registration:switch"), {"leave": "1"})
    assert_shut(client)
    assert client.post(CODE, {"resend": "1"}).url == TRACK


def test_a_draft_is_no_file_to_open(client: Client) -> None:
    draft = factories.draft()
    session = client.session
    session["file_right"], session["found_id"] = {"file": draft.pk, "used": int(time.time())}, draft.pk
    session.save()
    assert client.get(FILE).url == CLOSED
    assert client.post(CODE, {"resend": "1"}).url == TRACK


@pytest.mark.parametrize("reason", RefusalReason.values)
def test_a_refusal_is_told_by_its_fixed_sentence_and_not_by_the_officers_words(
    filed: Declaration, reason: RefusalReason
) -> None:
    review.refuse(filed.pk, officer=factories.officer(), reason=RefusalReason(reason), words="Ghi chú nội bộ")
    page = open_file(Client(), filed)
    (told,) = [e.text for e in page.elements if "data-refusal" in e.attributes]
    assert str(REFUSAL_SENTENCES[reason]) in told
    assert "Ghi chú nội bộ" not in page.html


def test_a_refusal_tells_nobody_whether_a_number_is_registered_or_has_an_account() -> None:
    unknown, taken = (REFUSAL_SENTENCES[reason] for reason in ("not_in_register", "account_exists"))
    assert unknown == taken
    assert not [word for word in ("tài khoản", "sổ tham gia") if word in str(unknown)]
    assert REFUSAL_SENTENCES.keys() == set(RefusalReason)


def test_the_timeline_tells_every_step_with_its_time(filed: Declaration) -> None:
    officer = factories.officer()
    review.receive(filed.pk, officer=officer)
    supplement.ask(filed.pk, officer=officer, items=["sex"], words="Xem lại giới tính.")
    supplement.answer(filed.pk, fields={"sex": "male"})
    page = open_file(Client(), filed)
    steps = [e.text for e in page.all("li", class_="is-done")]
    words = ["Đã ghi nhận", "Cán bộ tiếp nhận", "Cán bộ yêu cầu bổ sung", "Đã gửi bổ sung"]
    assert [step.startswith(word) for step, word in zip(steps, words, strict=True)] == [True] * 4
    assert all(timezone.localtime().strftime("%d/%m/%Y") in step for step in steps)


def test_who_looked_is_told_by_office_and_never_by_name(filed: Declaration) -> None:
    page = open_file(Client(), filed)
    assert "Chưa có cán bộ nào mở hồ sơ này" in page.html
    desk = seat(factories.officer("canbo-ba-dinh"))
    desk.get(page_of(filed))
    desk.get(page_of(filed, "photo/portrait/"))
    other = factories.filed(bhxh_code="9900000002", phone="+84999000002")
    desk.get(page_of(other))
    client = opened(filed)
    page = Page(client.get(FILE))
    (look,) = [e.text for e in page.all("li") if "data-look" in e.attributes]
    assert "Cán bộ Bảo hiểm xã hội cơ sở Ba Đình" in look
    assert "Tờ khai và ảnh trong tờ khai" in look
    assert "canbo-ba-dinh" not in page.html


def test_the_citizens_own_reading_is_no_look(filed: Declaration) -> None:
    client = opened(filed)
    client.get(FILE)
    client.get(PHOTO)
    assert "data-look" not in client.get(FILE).content.decode()


def test_nothing_of_it_is_kept_by_a_cache(filed: Declaration) -> None:
    client = opened(filed)
    for path in (FILE, PHOTO, WITHDRAW, CODE):
        assert "no-store" in client.get(path)["Cache-Control"]


def test_the_page_asks_as_much_of_the_database_for_a_long_story_as_for_a_short_one(filed: Declaration) -> None:
    officers = [factories.officer(f"o{turn}") for turn in range(5)]

    def happens(times: int) -> None:
        for turn in range(times):
            for action in ("declaration.viewed", "photo.viewed", "declaration.ask"):
                access.record(action, actor=officers[turn % 5], object_type="declaration", object_id=filed.pk)

    happens(1)
    client = opened(filed)
    client.get(FILE)
    with CaptureQueriesContext(connection) as few:
        client.get(FILE)
    happens(60)
    with CaptureQueriesContext(connection) as many:
        page = Page(client.get(FILE))
    assert len(many) == len(few) <= 12
    assert len(page.all("li", class_="is-done")) == 50
    assert "Chỉ hiện những lượt mới nhất" in page.html


@pytest.mark.parametrize("who", ["citizen", "officer", "clinic"])
def test_being_signed_in_opens_no_file(filed: Declaration, who: str) -> None:
    made: Any = {"citizen": lambda: factories.citizen(factories.person()), "officer": factories.officer}
    client = factories.signed_in(made.get(who, factories.desk)())
    assert_shut(client)
