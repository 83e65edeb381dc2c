"""Wrong passwords at the login: what they count against, what they lock, and whom they never lock out."""

from __future__ import annotations

import pytest
from django.test import Client

from accounts.models import Message, RateCount, User
from accounts.services.passwords import SignInRefused
from tests import factories
from tests.accounts.conftest import PHONE, Clock
from tests.accounts.resetting import ENTER, ask
from tests.accounts.signing_in import CODE, browser, is_in, page, sign_in
from tests.servers import free_port
from vssportal import settings as production

pytestmark = pytest.mark.django_db

UNKNOWN, ID_NUMBER = "9900000009", "001085990001"
WINDOW = 15 * 60


@pytest.fixture
def citizen() -> User:
    return factories.citizen(factories.person(id_number=ID_NUMBER))


def test_a_locked_name_answers_alike_whether_it_exists_or_not(citizen: User) -> None:
    pages = []
    for username in (CODE, UNKNOWN):
        for _ in range(5):
            sign_in(Client(), username, "sai-mật-khẩu")
        pages.append(page(Client(), username, "sai-mật-khẩu"))
    assert "quá nhiều lần" in pages[0]
    assert pages[0] == pages[1]


def test_after_five_wrong_the_right_password_waits_for_the_window_to_end(
    citizen: User, client: Client, clock: Clock
) -> None:
    for _ in range(5):
        assert str(SignInRefused()) in sign_in(client, password="sai-mật-khẩu").content.decode()
    refused = sign_in(client).content.decode()
    assert "quá nhiều lần" in refused
    assert "15 phút" in refused
    clock.forward(WINDOW - 1)
    sign_in(client)
    assert not is_in(client)
    clock.forward(1)
    sign_in(client)
    assert is_in(client)


@pytest.mark.parametrize("name", [CODE, UNKNOWN])
def test_whoever_has_to_wait_is_shown_the_way_out(citizen: User, name: str) -> None:
    client, way_out = Client(), 'data-way-out>Không muốn chờ: <a href="/quen-mat-khau/">'
    pages = [sign_in(client, name, "sai-mật-khẩu").content.decode() for _ in range(6)]
    assert [way_out in text for text in pages] == [False] * 5 + [True]


def test_four_wrong_do_not_lock(citizen: User, client: Client) -> None:
    for _ in range(4):
        sign_in(client, password="sai-mật-khẩu")
    sign_in(client)
    assert is_in(client)


def test_an_account_has_five_tries_under_both_its_names_and_neither_tells_of_the_other(citizen: User) -> None:
    guesser = Client()
    for _ in range(5):
        sign_in(guesser, ID_NUMBER, "sai-mật-khẩu")
    assert sign_in(guesser, ID_NUMBER).status_code == 429
    by_the_other_name = sign_in(guesser, CODE)
    assert not is_in(guesser)
    unknown = sign_in(guesser, "9900000099")
    assert by_the_other_name.status_code == unknown.status_code == 200
    assert "chưa đúng" in by_the_other_name.content.decode()
    answers = [[sign_in(guesser, name).status_code for _ in range(5)] for name in (CODE, "9900000099")]
    assert answers == [[200, 200, 200, 200, 429]] * 2


def test_no_typed_name_is_counted_as_the_number_of_an_account(citizen: User) -> None:
    for _ in range(6):
        sign_in(Client(), str(citizen.pk), "sai-mật-khẩu")
    assert sign_in(Client()).status_code == 302


def test_a_stranger_who_guesses_does_not_keep_the_owner_from_changing_the_password(citizen: User) -> None:
    own = factories.signed_in(citizen)
    for _ in range(6):
        sign_in(Client(), password="sai-mật-khẩu")
    new = "Con trâu đi trước cái cày"
    sent = {"old_password": factories.PASSWORD, "new_password1": new, "new_password2": new}
    assert own.post("/doi-mat-khau/", sent).status_code == 302


def test_a_stranger_cannot_lock_the_owner_out_of_a_browser_the_account_remembers(citizen: User) -> None:
    own = factories.browser()
    sign_in(own)
    own.post("/dang-xuat/")
    stranger = Client()
    for _ in range(6):
        sign_in(stranger, password="sai-mật-khẩu")
    assert sign_in(stranger).status_code == 429
    assert sign_in(own).status_code == 302
    assert is_in(own)


def test_a_remembered_browser_has_five_tries_of_its_own(citizen: User) -> None:
    own = factories.browser()
    sign_in(own)
    own.post("/dang-xuat/")
    for _ in range(5):
        sign_in(own, password="sai-mật-khẩu")
    assert sign_in(own).status_code == 429
    assert sign_in(Client()).status_code == 302


def test_right_passwords_are_not_counted(citizen: User) -> None:
    for _ in range(8):
        client = factories.browser()
        sign_in(client)
        assert is_in(client)


def test_a_stranger_at_another_name_locks_nobody_else(citizen: User, client: Client) -> None:
    for _ in range(6):
        sign_in(client, UNKNOWN, "sai-mật-khẩu")
    sign_in(client)
    assert is_in(client)


def test_with_the_store_away_wrong_passwords_are_still_counted(citizen: User, client: Client, settings) -> None:
    settings.CACHES = {"default": {**production.CACHES["default"], "LOCATION": f"redis://127.0.0.1:{free_port()}/0"}}
    for _ in range(5):
        sign_in(client, password="sai-mật-khẩu")
    sign_in(client)
    assert not is_in(client)
    assert CODE not in str(list(RateCount.objects.values()))


def test_a_used_up_limit_says_when_to_come_back(citizen: User, client: Client) -> None:
    for _ in range(5):
        sign_in(client, password="sai-mật-khẩu")
    response = sign_in(client)
    assert response.status_code == 429
    assert 0 < int(response["Retry-After"]) <= WINDOW


def test_a_stranger_cannot_use_up_the_resets_of_a_browser_the_account_was_opened_in(citizen: User) -> None:
    own = browser()
    sign_in(own)
    for _ in range(5):
        ask(browser())
    assert ask(browser()).status_code == 429
    before = Message.objects.filter(kind=Message.Kind.CODE, to=PHONE).count()
    assert ask(own).url == ENTER
    assert Message.objects.filter(kind=Message.Kind.CODE, to=PHONE).count() == before + 1
