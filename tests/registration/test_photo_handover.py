"""Another phone may add photos to one draft, once it was let in, for an hour; it sees nothing, and nobody else may."""

from __future__ import annotations

import re
import secrets
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.files.storage import FileSystemStorage
from django.http import HttpResponse
from django.test import Client, override_settings
from django.utils import timezone

from accounts import limits
from registration.models import Declaration, PhotoHandover
from registration.services import handovers, intake
from registration.services.handovers import RIGHT_LASTS, TOKEN_LASTS, HandoverOver
from registration.services.status import AlreadyFiled
from tests.races import at_once
from tests.registration.keeping import files
from tests.registration.walking import ANSWERS, IDENTITY, NO_PHOTO, PHOTOS, Page, fill, open_draft, pictures, upload

pytestmark = pytest.mark.django_db

HAND_OVER, PHONE = f"{PHOTOS}dien-thoai/", "/dang-ky/anh/"
OVER = "Mã này không còn dùng được"
A_MOMENT = timedelta(seconds=5)


@pytest.fixture
def owner(client: Client) -> Client:
    open_draft(client)
    client.post(IDENTITY, ANSWERS)
    return client


@pytest.fixture
def draft(owner: Client) -> Declaration:
    return Declaration.objects.get()


def address(draft: Declaration) -> str:
    return f"{PHONE}{handovers.start(draft.pk)}/"


@pytest.fixture
def phone(draft: Declaration) -> Client:
    """Let in by the button."""
    phone = Client()
    assert phone.post(address(draft)).url == PHONE
    return phone


def is_over(response: HttpResponse) -> bool:
    return response.status_code == 404 and OVER in response.content.decode()


def later(by: timedelta) -> None:
    """As if so much time had gone by."""
    for one in PhotoHandover.objects.all():
        one.expires_at -= by
        one.used_at = one.used_at and one.used_at - by
        one.save()


def test_the_button_shows_a_code_and_opening_the_page_makes_none(owner: Client) -> None:
    assert not Page(owner.get(HAND_OVER)).all("div", data_qr="")
    assert not PhotoHandover.objects.exists()
    page = Page(owner.post(HAND_OVER))
    assert page.all("div", data_qr="")
    assert page.all("svg")
    assert "style=" not in page.html
    assert PhotoHandover.objects.count() == 1


def test_a_digest_alone_is_kept_of_a_token(draft: Declaration) -> None:
    token = handovers.start(draft.pk)
    given = PhotoHandover.objects.get()
    assert token not in "".join(str(value) for value in vars(given).values())
    assert re.fullmatch("[0-9a-f]{64}", given.digest)
    assert not any(token in str(one.get_decoded()) for one in Session.objects.all())


def test_opening_uses_nothing_and_the_button_uses_it_up(draft: Declaration) -> None:
    opened = address(draft)
    for _ in range(3):
        answer = Client().get(opened)
        assert answer.status_code == 200
        assert answer.headers["Referrer-Policy"] == "strict-origin"
        assert "no-store" in answer.headers["Cache-Control"]
    phone = Client()
    assert phone.get(opened).status_code == 200
    assert is_over(phone.get(PHONE))
    assert phone.post(opened).url == PHONE
    assert phone.get(PHONE).status_code == 200


def test_what_the_phone_sends_is_the_drafts_and_arrives_on_the_owners_screen(
    owner: Client, draft: Declaration, phone: Client
) -> None:
    before = Page(owner.get(f"{HAND_OVER}?phan"))
    assert not before.all("img")
    page = Page(phone.post(PHONE, pictures("portrait")))
    assert page.all("p", data_received="")
    assert set(draft.photos.values_list("kind", flat=True)) == {"portrait"}
    shown = Page(owner.get(f"{HAND_OVER}?phan"))
    assert not shown.all("html")
    assert [image["src"].partition("?")[0] for image in shown.all("img")] == [f"{PHOTOS}portrait/"]
    assert owner.get(f"{PHOTOS}portrait/").status_code == 200


def test_the_phone_sends_one_by_one_with_the_same_script(draft: Declaration, phone: Client) -> None:
    slot = Page(phone.post(PHONE, {"slot": "id_front", **pictures("id_front")}))
    assert not slot.all("html")
    assert slot.all("p", data_received="")
    refused = Page(phone.post(PHONE, {"slot": "portrait", "portrait": upload("x.jpg", NO_PHOTO)}))
    assert refused.is_refused("portrait")
    assert not refused.all("p", data_received="")
    assert set(draft.photos.values_list("kind", flat=True)) == {"id_front"}


def test_the_phone_sees_no_photo_and_no_answer(owner: Client, draft: Declaration, phone: Client) -> None:
    owner.post(PHOTOS, pictures())
    phone.post(PHONE, pictures("portrait"))
    page = Page(phone.get(PHONE))
    assert not page.all("img")
    assert len(page.all("p", data_received="")) == 1
    for answer in (ANSWERS["full_name"], ANSWERS["bhxh_code"], ANSWERS["id_number"], "1985", "CCCD", "999000001"):
        assert answer not in page.html
    for kind in ("portrait", "id_front", "id_back"):
        assert phone.get(f"{PHOTOS}{kind}/").status_code == 404
    for path in (PHOTOS, IDENTITY, HAND_OVER, "/dang-ky/ca-nhan/dia-chi/", "/dang-ky/ca-nhan/kiem-tra/"):
        assert phone.get(path).url.startswith("/dang-ky/ca-nhan/?")
        assert phone.post(path, {"edit": "portrait turn", **pictures("portrait")}).status_code == 302
    assert draft.photos.count() == 3


def test_the_phones_page_is_the_same_whatever_the_paper_is(owner: Client, draft: Declaration, phone: Client) -> None:
    def words() -> str:
        return re.sub(r'csrfmiddlewaretoken" value="\w+"', "", phone.get(PHONE).content.decode())

    before = words()
    owner.post(IDENTITY, {**ANSWERS, "id_kind": "passport", "id_number": "B1234567"})
    assert words() == before


@pytest.mark.parametrize("how", ["get", "post"])
def test_used_expired_replaced_and_invented_tokens_get_one_and_the_same_page(draft: Declaration, how: str) -> None:
    replaced = address(draft)
    used = address(draft)
    Client().post(used)
    expired_draft = draft_of_somebody("+84999000002")
    expired = address(expired_draft)
    PhotoHandover.objects.filter(declaration=expired_draft).update(expires_at=timezone.now())
    invented = f"{PHONE}{secrets.token_urlsafe(24)}/"
    answers = [getattr(Client(), how)(one) for one in (replaced, used, expired, invented)]
    assert all(is_over(answer) for answer in answers)
    assert len({answer.content for answer in answers}) == 1
    assert all(answer.headers["Referrer-Policy"] == "strict-origin" for answer in answers)


def draft_of_somebody(phone: str) -> Declaration:
    return open_draft(Client(), phone)


def test_a_token_lasts_a_quarter_of_an_hour(draft: Declaration) -> None:
    opened = address(draft)
    later(TOKEN_LASTS - A_MOMENT)
    assert Client().get(opened).status_code == 200
    later(2 * A_MOMENT)
    assert is_over(Client().post(opened))


def test_the_right_lasts_an_hour(draft: Declaration, phone: Client) -> None:
    later(RIGHT_LASTS - A_MOMENT)
    assert phone.get(PHONE).status_code == 200
    later(2 * A_MOMENT)
    assert is_over(phone.get(PHONE))
    assert is_over(phone.post(PHONE, pictures("portrait")))
    assert not draft.photos.exists()


def test_the_second_phone_is_told_and_the_first_goes_on(draft: Declaration) -> None:
    opened, first, second = address(draft), Client(), Client()
    first.post(opened)
    assert is_over(second.post(opened))
    assert is_over(second.get(PHONE))
    assert is_over(second.post(PHONE, pictures("portrait")))
    assert first.post(PHONE, pictures("portrait")).status_code == 200
    assert draft.photos.count() == 1


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_of_eight_phones_at_once_one_is_let_in() -> None:
    draft = draft_of_somebody("+84999000001")
    token = handovers.start(draft.pk)
    outcomes = at_once(*[lambda: handovers.use(token)] * 8)
    assert sum(isinstance(one, PhotoHandover) for one in outcomes) == 1
    assert sum(isinstance(one, HandoverOver) for one in outcomes) == 7


def test_another_code_cuts_off_who_was_let_in(owner: Client, draft: Declaration, phone: Client) -> None:
    owner.post(HAND_OVER)
    assert is_over(phone.post(PHONE, pictures("portrait")))
    assert not draft.photos.exists()
    assert PhotoHandover.objects.count() == 1


def test_filing_ends_the_right_and_every_token(client: Client) -> None:
    draft = fill(client)
    phone = Client()
    phone.post(address(draft))
    before = files()
    intake.file_declaration(draft.pk)
    assert is_over(phone.get(PHONE))
    assert is_over(phone.post(PHONE, pictures("portrait")))
    assert not PhotoHandover.objects.exists()
    assert before == files()  # of the filed ones only what they were cut from will go, on commit
    with pytest.raises(AlreadyFiled):
        handovers.start(draft.pk)


class DeletedMeanwhile(FileSystemStorage):
    """The owner deletes the draft while a photo of it is stored."""

    def save(self, *args: Any, **kwargs: Any) -> str:
        Declaration.objects.all().delete()
        return str(super().save(*args, **kwargs))


def test_a_photo_that_meets_the_deletion_of_its_draft_is_not_kept(phone: Client) -> None:
    default = {**settings.STORAGES["default"], "BACKEND": f"{__name__}.{DeletedMeanwhile.__name__}"}
    before = files()
    with override_settings(STORAGES={**settings.STORAGES, "default": default}):
        assert is_over(phone.post(PHONE, pictures("portrait")))
    assert files() == before


def test_the_code_is_for_the_draft_on_the_screen_though_another_tab_changed_over(
    owner: Client, draft: Declaration
) -> None:
    shown = Page(owner.get(HAND_OVER)).value("draft")
    owner.post("/dang-ky/ca-nhan/to-khai/", {"new": "1"})
    owner.post(HAND_OVER, {"draft": shown})
    assert PhotoHandover.objects.get().declaration == draft


def test_a_right_reaches_no_other_draft(draft: Declaration, phone: Client) -> None:
    other = draft_of_somebody("+84999000002")
    phone.post(PHONE, {**pictures("portrait"), "draft": str(other.pk), "declaration": str(other.pk)})
    assert draft.photos.count() == 1
    assert not other.photos.exists()


def test_a_phone_with_a_draft_of_its_own_keeps_the_two_apart(draft: Declaration) -> None:
    phone = Client()
    own = open_draft(phone, "+84999000002")
    phone.post(IDENTITY, ANSWERS)
    phone.post(address(draft))
    phone.post(PHONE, pictures("portrait"))
    assert (draft.photos.count(), own.photos.count()) == (1, 0)
    phone.post(PHOTOS, pictures("id_front"))
    assert set(own.photos.values_list("kind", flat=True)) == {"id_front"}


def test_being_let_in_changes_the_sessions_id(draft: Declaration) -> None:
    phone = Client()
    session = phone.session
    session["x"] = 1
    session.save()
    planted = session.session_key
    phone.cookies["sessionid"] = planted
    phone.post(address(draft))
    assert phone.session.session_key != planted
    stranger = Client()
    stranger.cookies["sessionid"] = planted
    assert is_over(stranger.get(PHONE))


def test_who_guesses_is_stopped_and_a_right_scan_costs_nothing(draft: Declaration) -> None:
    most = limits.LIMITS["handover.address"].count
    for _ in range(3):
        assert Client().get(address(draft)).status_code == 200
    for _ in range(most):
        assert is_over(Client().get(f"{PHONE}{secrets.token_urlsafe(24)}/"))
    assert Client().post(f"{PHONE}{secrets.token_urlsafe(24)}/").status_code == 429


def test_codes_are_made_within_a_limit_and_the_page_says_so(owner: Client) -> None:
    for _ in range(limits.LIMITS["handover.draft"].count):
        assert owner.post(HAND_OVER).status_code == 200
    answer = owner.post(HAND_OVER)
    assert answer.status_code == 429
    assert "Vui lòng chờ" in Page(answer).alert
    assert not Page(answer).all("div", data_qr="")
