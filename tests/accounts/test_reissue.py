"""A fresh one-time password for whoever has not signed in yet, from the desk to the phone."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Event, InboxMessage, Message, Person, User
from accounts.services.issuing import AccountInUse, reissue_password
from accounts.sms import delivery
from registration.models import Declaration
from registration.services import review
from tests import factories
from tests.registration.walking import Page

pytestmark = pytest.mark.django_db

CODE, OWN = "9900000001", "tre-xanh-ben-song-47"
DECLARED, REGISTERS = "+84999000001", "+84999000066"


@pytest.fixture
def accepted() -> Declaration:
    """Accepted by `canbo`; the person's register holds another phone than the one proved."""
    factories.person(CODE, id_number="001085999001", phone=REGISTERS)
    declaration = review.accept(factories.filed(phone=DECLARED).pk, officer=factories.officer())
    assert len(passwords_sent()) == 1
    return declaration


@pytest.fixture
def desk(accepted: Declaration) -> Client:
    return seat(User.objects.get(username="canbo"))


def seat(user: User) -> Client:
    client = Client()
    factories.signed_in(user, client)
    return client


def resend_page(declaration: Declaration) -> str:
    return f"/admin/registration/declaration/{declaration.pk}/resend/"


def passwords_sent() -> list[str]:
    """As the phone shows them once the worker has caught up, oldest first."""
    for message in Message.objects.filter(state="queued").order_by("pk"):
        delivery.deliver(message.pk)
    texts = InboxMessage.objects.filter(kind=Message.Kind.CREDENTIALS).order_by("reference")
    return [re.search(r"mat khau: (\w+)", message.text)[1] for message in texts]


def sign_in(password: str, client: Client | None = None) -> Any:
    return (client or Client()).post("/dang-nhap/", {"username": CODE, "password": password})


def set_own(client: Client, password: str = OWN) -> Any:
    return client.post("/doi-mat-khau/", {"new_password1": password, "new_password2": password})


def let_run_out() -> None:
    User.objects.filter(bhxh_code=CODE).update(issued_password_expires_at=timezone.now() - timedelta(seconds=1))


def account() -> dict[str, Any]:
    return User.objects.filter(bhxh_code=CODE).values().get()


def test_the_fresh_password_opens_and_the_first_one_no_longer_does(desk: Client, accepted: Declaration) -> None:
    answer = desk.post(resend_page(accepted))
    assert (answer.status_code, answer.url) == (302, accepted.get_absolute_url())
    first, fresh = passwords_sent()
    assert first != fresh
    refused = sign_in(first)
    assert refused.status_code == 200
    assert "_auth_user_id" not in refused.client.session
    assert sign_in(fresh).status_code == 302


def test_it_lasts_72_hours_from_now_and_still_has_to_be_changed(desk: Client, accepted: Declaration) -> None:
    let_run_out()
    desk.post(resend_page(accepted))
    now = account()
    left = now["issued_password_expires_at"] - timezone.now()
    assert timedelta(hours=71, minutes=59) < left <= timedelta(hours=72)
    assert now["must_change_password"]
    client = Client()
    sign_in(passwords_sent()[-1], client)
    assert client.get("/the-bhyt/").url == "/doi-mat-khau/"


def test_a_password_that_ran_out_opens_nothing_but_the_fresh_one_does(desk: Client, accepted: Declaration) -> None:
    let_run_out()
    refused = sign_in(passwords_sent()[0])
    assert "quá 72 giờ" in Page(refused).alert
    assert "_auth_user_id" not in refused.client.session
    desk.post(resend_page(accepted))
    client = Client()
    assert sign_in(passwords_sent()[-1], client).status_code == 302
    assert set_own(client).status_code == 302
    assert sign_in(OWN).status_code == 302


def test_it_goes_to_the_accounts_own_phone_whatever_the_register_or_the_browser_says(
    desk: Client, accepted: Declaration
) -> None:
    desk.post(resend_page(accepted), {"phone": "+84999000077", "to": "+84999000077"})
    Person.objects.filter(bhxh_code=CODE).update(phone="+84999000088")
    desk.post(resend_page(accepted), {"bhxh_code": "9900000002"})
    sent = Message.objects.filter(kind=Message.Kind.CREDENTIALS)
    assert [str(message.to) for message in sent] == [DECLARED] * 3
    latest = sent.latest("pk")
    assert timedelta(hours=23) < latest.not_after - timezone.now() <= timedelta(hours=24)


def test_once_the_citizen_set_their_own_it_is_refused_and_stays_theirs(desk: Client, accepted: Declaration) -> None:
    client = Client()
    sign_in(passwords_sent()[0], client)
    set_own(client)
    before = account()
    answer = desk.post(resend_page(accepted), follow=True)
    assert "đã đặt mật khẩu riêng" in answer.content.decode()
    assert account() == before
    assert len(passwords_sent()) == 1
    assert not Event.objects.filter(action="credentials.reissued").exists()
    assert client.get("/doi-mat-khau/").status_code == 200
    with pytest.raises(AccountInUse):
        reissue_password(CODE, office="00101", actor=User.objects.get(username="canbo"))


def test_the_button_is_there_until_the_first_own_password(desk: Client, accepted: Declaration) -> None:
    def has_button() -> bool:
        page = Page(desk.get(accepted.get_absolute_url()))
        return any(form.get("action") == resend_page(accepted) for form in page.all("form"))

    assert has_button()
    client = Client()
    sign_in(passwords_sent()[0], client)
    assert has_button()
    set_own(client)
    assert not has_button()


def test_whoever_is_inside_with_the_first_password_is_put_out_and_sets_none(
    desk: Client, accepted: Declaration
) -> None:
    """The phone may have been in other hands."""
    inside = Client()
    sign_in(passwords_sent()[0], inside)
    desk.post(resend_page(accepted))
    assert set_own(inside).url.startswith("/dang-nhap/")
    assert sign_in(OWN).status_code == 200
    assert sign_in(passwords_sent()[-1]).status_code == 302


def others() -> dict[str, tuple[User, int]]:
    here = factories.office()
    return {
        "another office": (factories.officer("a", office=factories.office("00102", "Hoàn Kiếm")), 404),
        "another ward": (factories.officer("b", office=here, ward=factories.ward("00008", "Ngọc Hà")), 404),
        "an administrator": (factories.officer("c", office=None, is_superuser=True), 403),
        "the citizen": (User.objects.get(bhxh_code=CODE), 302),
    }


@pytest.mark.parametrize("who", ["another office", "another ward", "an administrator", "the citizen"])
def test_nobody_else_can_have_one_sent(accepted: Declaration, who: str) -> None:
    user, answer = others()[who]
    client = seat(user)
    before = account()
    assert client.post(resend_page(accepted)).status_code == answer
    assert Client().post(resend_page(accepted)).url.startswith("/admin/login/")
    assert account() == before
    assert len(passwords_sent()) == 1


def test_it_is_a_post_with_the_pages_own_token_never_a_link(desk: Client, accepted: Declaration) -> None:
    before = account()
    assert desk.get(resend_page(accepted)).url == accepted.get_absolute_url()
    strict = Client(enforce_csrf_checks=True)
    factories.signed_in(User.objects.get(username="canbo"), strict)
    assert strict.post(resend_page(accepted)).status_code == 403
    assert account() == before
    assert len(passwords_sent()) == 1


@pytest.mark.parametrize("state", ["filed", "refused"])
def test_a_file_that_was_not_accepted_gets_none_though_its_code_has_an_account(
    desk: Client, accepted: Declaration, state: str
) -> None:
    """Anybody can write another person's code into a declaration of their own."""
    made_up = factories.filed(phone="+84999000077")
    officer = User.objects.get(username="canbo")
    if state == "refused":
        review.refuse(made_up.pk, officer=officer, reason=review.RefusalReason.PHOTO_UNCLEAR, words="")
    before = account()
    desk.post(resend_page(made_up))
    assert account() == before
    assert len(passwords_sent()) == 1


def test_the_event_names_ids_only_and_no_page_shows_the_password(desk: Client, accepted: Declaration) -> None:
    seen = desk.post(resend_page(accepted), follow=True).content.decode()
    first, fresh = passwords_sent()
    officer, person = User.objects.get(username="canbo"), Person.objects.get(bhxh_code=CODE)
    event = Event.objects.get(action="credentials.reissued")
    assert (event.actor_id, event.person_id) == (officer.pk, person.pk)
    assert (event.object_type, event.object_id) == ("user", str(account()["id"]))
    written = str(Event.objects.filter(pk=event.pk).values().get())
    for private in (first, fresh, CODE, person.full_name, person.id_number, "999000001", "999000066"):
        assert private not in written
    assert first not in seen
    assert fresh not in seen
    assert fresh not in str(account())


def test_a_first_password_that_has_not_left_yet_never_does(accepted: Declaration) -> None:
    officer = User.objects.get(username="canbo")
    reissue_password(CODE, office="00101", actor=officer)
    reissue_password(CODE, office="00101", actor=officer)
    states = Message.objects.filter(kind=Message.Kind.CREDENTIALS).order_by("pk").values_list("state", flat=True)
    assert list(states) == ["delivered", "expired", "queued"]
    assert len(passwords_sent()) == 2
    assert sign_in(passwords_sent()[-1]).status_code == 302
