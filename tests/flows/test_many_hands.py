"""Fifty presses of one button, two hundred people at one office, a hundred browsers after one account."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest
from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.core.files.storage import default_storage
from django.db import connection
from django.test import Client
from django.utils import timezone

from accounts import limits
from accounts.models import Device, Event, Message, User
from registration.models import Declaration, FileCounter, Photo
from registration.services import intake, review
from registration.workflow import State
from tests import factories
from tests.races import at_once, refusals
from tests.registration import walking

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("broker_in_memory"),
]

LOGIN, TAKE_OVER, CARD = "/dang-nhap/", "/dang-nhap/chuyen-thiet-bi/", "/the-bhyt/"
OWN_PAGES = (CARD, "/qua-trinh-tham-gia/", "/tai-khoan/", "/tai-khoan/luot-xem/", "/tai-khoan/anh/")
TRIALS, ASKING = 1000, 5


@pytest.fixture
def citizen() -> User:
    return factories.citizen(factories.person())


@pytest.fixture
def without_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    """One account gets more logins at a time, and more codes, than anybody may ask for."""
    for name in limits.LIMITS:
        if name.startswith(("code.", "login.")):
            monkeypatch.setitem(limits.LIMITS, name, limits.Limit(10**6, limits.DAY))


def twin(client: Client) -> Client:
    """Another tab of the same browser."""
    cookie = "; ".join(f"{name}={morsel.value}" for name, morsel in client.cookies.items())
    return Client(HTTP_COOKIE=cookie)


def copies(draft: Declaration, count: int) -> list[int]:
    """As many drafts like this one, each of a phone of its own."""
    photos = list(draft.photos.all())
    drafts = [Declaration.objects.get(pk=draft.pk) for _ in range(count)]
    for number, one in enumerate(drafts):
        one.pk, one.phone = None, f"+84999{number:06d}"
    made = Declaration.objects.bulk_create(drafts)
    Photo.objects.bulk_create(
        Photo(
            declaration=one,
            kind=photo.kind,
            width=photo.width,
            height=photo.height,
            file=photo.file.name,
            thumbnail=photo.thumbnail.name,
        )
        for one in made
        for photo in photos
    )
    return [one.pk for one in made]


def sign_in(client: Client) -> str:
    """Where the right password leads."""
    return client.post(LOGIN, {"username": "9900000001", "password": factories.PASSWORD}).url


def half_way() -> tuple[Client, str]:
    """A new browser that has given the password, and the code it was sent."""
    client = Client()
    assert sign_in(client) == TAKE_OVER
    assert client.post(TAKE_OVER, {"send": "1"}).status_code == 302
    return client, walking.newest_code()


def enter(client: Client, code: str) -> int:
    return client.post(TAKE_OVER, {"code": code}).status_code


def is_in(client: Client) -> bool:
    return client.get(CARD).status_code == 200


def test_ghi_nhan_pressed_fifty_times_at_once_is_one_file_and_one_message() -> None:
    draft = factories.draft()
    browser = walking.stand_before(Client(), draft)
    tabs = [twin(browser) for _ in range(50)]

    def press(tab: Client) -> str:
        return tab.post(walking.CHECK, walking.AGREED).url

    assert at_once(*(partial(press, tab) for tab in tabs)) == [walking.DONE] * 50
    number = f"00001/{timezone.localdate().year}/00101"
    assert [filed.file_number for filed in Declaration.objects.all()] == [number]
    assert FileCounter.objects.get().last == 1
    assert number in tabs[0].get(walking.DONE).content.decode()
    assert Message.objects.count() == 1
    assert Event.objects.filter(action="declaration.file").count() == 1


def test_two_hundred_people_file_at_one_office_at_once_and_the_numbers_have_no_gap() -> None:
    drafts = copies(factories.draft(), 200)
    outcomes = at_once(*(partial(intake.file_declaration, pk) for pk in drafts))
    assert refusals(outcomes) == []
    numbers = sorted(Declaration.objects.filter(pk__in=drafts).values_list("file_number", flat=True))
    assert numbers == [f"{number:05d}/{timezone.localdate().year}/00101" for number in range(1, 201)]
    assert Message.objects.count() == 200


def test_fifty_acceptances_of_one_file_at_once_issue_one_account() -> None:
    factories.person(id_number="001085999001")
    filed = factories.filed()
    officers = [factories.officer(f"canbo{number}") for number in range(5)]
    outcomes = at_once(*(partial(review.accept, filed.pk, officer=officer) for officer in officers for _ in range(10)))
    assert len(refusals(outcomes)) == 49
    # The officer whose press counted is told of a second press of the same button, the others that they came late.
    assert sorted(set(refusals(outcomes))) == ["already_decided", "wrong_state"]
    account = User.objects.get(kind=User.Kind.CITIZEN)
    assert account.bhxh_code == filed.bhxh_code
    assert Message.objects.filter(kind=Message.Kind.CREDENTIALS).count() == 1
    assert Event.objects.filter(action="account.issued").count() == 1
    assert Declaration.objects.get().state == State.ACCEPTED
    folder = account.person.portrait.name.rpartition("/")[0]
    assert default_storage.listdir(folder)[1] == [account.person.portrait.name.rpartition("/")[2]]


@pytest.mark.usefixtures("without_limits")
def test_twenty_first_logins_at_once_open_the_account_in_one_browser(citizen: User) -> None:
    browsers = [Client() for _ in range(20)]
    led_to = at_once(*(partial(sign_in, browser) for browser in browsers))
    assert sorted(led_to) == [TAKE_OVER] * 19 + [CARD]
    assert [is_in(browser) for browser in browsers] == [target == CARD for target in led_to]
    citizen.refresh_from_db()
    assert citizen.active_device == Device.objects.get()
    assert Event.objects.filter(action="session.started").count() == 1
    assert Message.objects.filter(purpose="device").count() == 1


@pytest.mark.usefixtures("without_limits")
def test_a_hundred_take_overs_at_once_leave_one_device_and_a_story_without_a_gap(citizen: User) -> None:
    first = Client()
    sign_in(first)
    halves = [half_way() for _ in range(100)]
    at_once(*(partial(enter, client, code) for client, code in halves))
    assert [is_in(client) for client in (first, *(client for client, _code in halves))].count(True) == 1
    citizen.refresh_from_db()
    assert citizen.active_device == Device.objects.get(ended_at=None)
    assert not is_in(first)
    told = list(Event.objects.filter(action__in=["session.started", "device.taken_over"]).order_by("pk"))
    assert told[0].action == "session.started"
    assert [event.detail["from"] for event in told[1:]] == [event.detail["device"] for event in told[:-1]]
    assert told[-1].detail["device"] == citizen.active_device_id
    assert {event.detail["device"] for event in told} == set(Device.objects.values_list("pk", flat=True))


@pytest.mark.usefixtures("without_limits")
def test_a_code_moves_the_account_once_however_often_it_is_sent(citizen: User) -> None:
    sign_in(Client())
    client, code = half_way()
    at_once(*(partial(enter, twin(client), code) for _ in range(20)))
    assert Event.objects.filter(action="device.taken_over").count() == 1
    assert Device.objects.filter(ended_at=None).count() == 1


@pytest.mark.usefixtures("without_limits")
def test_a_thousand_take_overs_and_the_device_before_reads_nothing_after_any(citizen: User) -> None:
    old = Client()
    sign_in(old)
    read = 0
    for _ in range(TRIALS):
        new, code = half_way()
        enter(new, code)
        read += is_in(old)
        old = new
    assert read == 0
    assert is_in(old)
    assert Event.objects.filter(action="device.taken_over").count() == TRIALS


@pytest.mark.usefixtures("without_limits")
def test_the_old_device_reads_nothing_once_the_account_has_moved(citizen: User) -> None:
    """A thousand open sessions of the old device, a hundred a move, each with its own next request."""
    old, answers = Client(), []
    sign_in(old)
    while len(answers) < TRIALS:
        sessions = sessions_like(old, 100)
        new, code = half_way()
        assert is_in(sessions[0])
        answers += answers_after(partial(enter, new, code), racing=old, sessions=sessions)
        assert is_in(new)
        old = new
    assert [status for status in answers if status != 302] == []


def sessions_like(client: Client, count: int) -> list[Client]:
    """More sessions of the same device; none of them ends with another."""
    copies = []
    for _ in range(count):
        session = SessionStore()
        session.update(client.session.items())
        session.create()
        copies.append(Client(HTTP_COOKIE=f"{settings.SESSION_COOKIE_NAME}={session.session_key}"))
    return copies


def answers_after(move: Callable[[], int], *, racing: Client, sessions: list[Client]) -> list[int]:
    """What each session's first request after the move got, while others asked all through it."""
    over = threading.Event()

    def ask(number: int) -> list[int]:
        tab, page = twin(racing), OWN_PAGES[number % len(OWN_PAGES)]
        try:
            while not over.is_set():
                tab.get(page)
            return [session.get(page).status_code for session in sessions[number::ASKING]]
        finally:
            connection.close()

    with ThreadPoolExecutor(ASKING) as pool:
        asked = pool.map(ask, range(ASKING))
        assert move() == 302
        over.set()
        return [status for statuses in asked for status in statuses]
