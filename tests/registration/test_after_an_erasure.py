"""Pages that were open when a file was erased: they do nothing any more, and say so."""

from __future__ import annotations

import pytest
from django.test import Client

from accounts.models import Message, OneTimeCode, User
from registration.models import ErasureRequest
from registration.services import erasure, review
from tests import factories
from tests.registration.at_the_desk import page_of, seat
from tests.registration.following import CODE, find
from tests.registration.keeping import refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer() -> User:
    return factories.officer()


@pytest.fixture
def asked(officer: User) -> ErasureRequest:
    return erasure.ask(refused().pk)


def test_a_page_left_open_over_the_erasure_accepts_nothing(officer: User, asked: ErasureRequest) -> None:
    desk, file = seat(officer), asked.declaration
    erasure.grant(asked.pk, officer=officer)
    answer = desk.post(page_of(file, "accept/"), {"seen": "0"}, follow=True)
    assert answer.status_code == 200
    assert "không làm được việc đó nữa" in answer.content.decode()
    assert not User.objects.filter(kind=User.Kind.CITIZEN).exists()


def test_a_page_left_open_over_the_erasure_sends_no_password(officer: User) -> None:
    factories.person(id_number="001085999001")
    desk, file = seat(officer), factories.filed()
    review.accept(file.pk, officer=officer)
    erasure.grant(erasure.ask(file.pk).pk, officer=officer)
    answer = desk.post(page_of(file, "resend/"), follow=True)
    assert answer.status_code == 200
    assert "không gửi lại được" in answer.content.decode()
    assert Message.objects.filter(purpose="credentials").count() == 1


def test_a_file_found_before_its_erasure_sends_no_code_to_nobody(client: Client, officer: User) -> None:
    file = refused()
    find(client, file)
    erasure.grant(erasure.ask(file.pk).pk, officer=officer)
    for _ in range(2):
        assert client.post(CODE, {"resend": "1"}).url == "/ho-so/"
    assert not OneTimeCode.objects.exists()
    assert not Message.objects.filter(purpose="status").exists()
