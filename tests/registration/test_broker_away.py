"""With the broker away a citizen still files and an officer still decides; the message waits in its row."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from django.test import Client

from accounts.models import Message, MessageState, User
from registration.models import Declaration
from registration.workflow import State
from tests import factories
from tests.brokers import lead_to
from tests.registration.walking import AGREED, CHECK, DONE, fill, stand_before
from tests.servers import valkey
from vssportal.celery import app

pytestmark = pytest.mark.django_db(transaction=True)

NOBODY_LISTENS = "redis://127.0.0.1:1/0"
BEARABLE = 3  # seconds for a page whose message could not be handed to the queue


@pytest.fixture
def broker() -> Iterator[None]:
    """Whatever a test sets, the next one begins with the portal's own broker."""
    before = app.conf.broker_url
    yield
    lead_to(before)


@pytest.fixture
def broker_away(broker: None) -> None:
    lead_to(NOBODY_LISTENS)


def file_through_the_page() -> tuple[Declaration, str]:
    """A browser that stands before Ghi nhận, and where the button led it."""
    draft = factories.draft()
    client = stand_before(Client(), draft)
    answer = client.post(CHECK, AGREED)
    draft.refresh_from_db()
    return draft, answer.url


def accept_through_the_page(declaration: Declaration) -> int:
    client = Client()
    factories.signed_in(factories.officer(), client)
    return client.post(f"/admin/registration/declaration/{declaration.pk}/accept/").status_code


@pytest.mark.usefixtures("broker_away")
def test_ghi_nhan_succeeds_and_its_message_stays_queued() -> None:
    draft, led_to = file_through_the_page()
    assert led_to == DONE
    assert draft.state == State.FILED
    message = Message.objects.get(purpose="declaration_filed")
    assert (message.state, message.attempts) == (MessageState.QUEUED, 0)
    assert message.body


@pytest.mark.usefixtures("broker_away")
def test_accepting_succeeds_and_the_credentials_stay_queued() -> None:
    factories.person(id_number="001085999001")
    declaration = factories.filed()
    assert accept_through_the_page(declaration) == 302
    declaration.refresh_from_db()
    assert declaration.state == State.ACCEPTED
    assert User.objects.filter(bhxh_code="9900000001").count() == 1
    message = Message.objects.get(kind=Message.Kind.CREDENTIALS)
    assert (message.state, message.attempts) == (MessageState.QUEUED, 0)


@pytest.mark.usefixtures("broker_away")
def test_a_code_can_be_asked_for_and_the_whole_declaration_filled() -> None:
    client = Client()
    draft = fill(client)
    assert client.post(CHECK, AGREED).url == DONE
    draft.refresh_from_db()
    assert draft.state == State.FILED
    assert set(Message.objects.values_list("state", flat=True)) == {MessageState.QUEUED}


@pytest.mark.usefixtures("broker_away")
def test_a_dead_broker_does_not_hold_the_page() -> None:
    """Nobody listening is known at once; every second spent waiting is a web process lost to others."""
    begun = time.monotonic()
    file_through_the_page()
    assert time.monotonic() - begun < BEARABLE


@pytest.mark.usefixtures("broker")
def test_a_broker_that_dies_between_two_files_costs_the_second_one_nothing() -> None:
    with valkey() as url:
        lead_to(url)
        first = factories.filed(bhxh_code="9900000003")
        assert first.state == State.FILED
    draft, led_to = file_through_the_page()
    assert led_to == DONE
    assert draft.state == State.FILED
    assert Message.objects.filter(purpose="declaration_filed", state=MessageState.QUEUED).count() == 2
