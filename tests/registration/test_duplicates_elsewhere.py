"""Of what hangs on any other phone, no page, step or message says a word."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.test import Client

from accounts.models import Message
from registration.models import Declaration
from registration.services import withdrawal
from tests import factories
from tests.registration.duplicating import OTHER_CODE, OTHER_PHONE, PAGES, SAME_PAPER, begun
from tests.registration.walking import (
    AGREED,
    CHECK,
    DONE,
    Page,
)
from tests.statements import statements_of

pytestmark = pytest.mark.django_db


def strangers_file_of_the_code() -> None:
    factories.filed(phone=OTHER_PHONE, id_number="001085999077", **elsewhere())


def strangers_file_of_the_paper() -> None:
    factories.filed(phone=OTHER_PHONE, bhxh_code=OTHER_CODE, **elsewhere())


def account_of_the_code() -> None:
    factories.citizen(factories.person(), phone=OTHER_PHONE)


def account_of_the_paper() -> None:
    factories.citizen(factories.person(OTHER_CODE, id_number=SAME_PAPER), phone=OTHER_PHONE)


def elsewhere() -> dict[str, object]:
    """In an office of its own, so that it takes no number of the other's."""
    return {"office": factories.office("00102", "Bảo hiểm xã hội cơ sở Hoàn Kiếm")}


SOMEBODY = [strangers_file_of_the_code, strangers_file_of_the_paper, account_of_the_code, account_of_the_paper]


@pytest.fixture(params=SOMEBODY)
def somebody(request: pytest.FixtureRequest) -> Callable[[], None]:
    return request.param


def plain(client: Client, path: str) -> str:
    """Without what every answer has of its own."""
    html = client.get(path).content.decode()
    assert html
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", html)


def test_every_page_is_the_same_byte_for_byte(somebody: Callable[[], None]) -> None:
    elsewhere()
    client, _draft = begun()
    before = [plain(client, path) for path in PAGES]
    somebody()
    assert [plain(client, path) for path in PAGES] == before


def steps(work: Callable[[], object]) -> list[str]:
    # How many codes are looked for is not what is found; a list of two costs what a list of one does.
    return [re.sub(r"\(\?(?:, \?)+\)", "(?)", statement) for statement in statements_of(work)]


def test_ghi_nhan_takes_the_same_steps_and_says_the_same(somebody: Callable[[], None]) -> None:
    elsewhere()
    factories.filed(bhxh_code="9900000050", id_number="001085999050", phone="+84999000005")  # the year's first number
    nobody, _draft = begun(phone="+84999000003")
    in_vain = steps(lambda: nobody.post(CHECK, AGREED))
    told = [Page(nobody.get(DONE)).html, *nobody.get(DONE).headers]
    withdrawal.withdraw(Declaration.objects.get(phone="+84999000003").pk)
    somebody()
    client, _draft = begun(phone="+84999000004")
    assert steps(lambda: client.post(CHECK, AGREED)) == in_vain
    without_numbers = [
        re.sub(r"\w{64}|\d+", "", text) for text in [Page(client.get(DONE)).html, *client.get(DONE).headers]
    ]
    assert without_numbers == [re.sub(r"\w{64}|\d+", "", text) for text in told]


def test_ghi_nhan_writes_to_nobody_but_the_phone_that_was_proved(somebody: Callable[[], None]) -> None:
    somebody()
    before = Message.objects.count()
    client, _draft = begun()
    assert client.post(CHECK, AGREED).url == DONE
    assert [str(message.to) for message in Message.objects.order_by("pk")[before:]] == ["+84999000001"]
