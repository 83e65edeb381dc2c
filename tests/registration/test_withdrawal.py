"""A citizen takes a file back: asked first, told of by SMS, final, and only before a decision."""

from __future__ import annotations

import pytest
from django.test import Client

from accounts.models import Event, Message, User
from registration.models import Declaration
from registration.services import review, supplement, withdrawal
from registration.services.status import WrongState
from registration.workflow import RefusalReason, State
from tests import factories
from tests.registration.at_the_desk import QUEUE, page_of, seat
from tests.registration.following import FILE, MEND, WITHDRAW, open_file, opened
from tests.registration.walking import Page, newest_text

pytestmark = pytest.mark.django_db


@pytest.fixture
def filed() -> Declaration:
    factories.person(id_number="001085999001")
    return factories.filed()


def test_the_page_says_what_withdrawing_means_and_opening_it_changes_nothing(filed: Declaration) -> None:
    client = opened(filed)
    page = Page(client.get(WITHDRAW))
    assert "không hủy lại được" in page.html
    assert filed.file_number in page.html
    (button,) = [e for e in page.all("button") if "data-primary" in e.attributes]
    assert button.text == "Rút hồ sơ này"
    assert Declaration.objects.get().state == State.FILED


def test_a_withdrawn_file_is_reviewed_no_more_and_its_phone_is_told(filed: Declaration) -> None:
    client = opened(filed)
    page = Page(client.post(WITHDRAW, follow=True))
    assert "Đã rút hồ sơ" in page.html
    gone = Declaration.objects.get()
    assert (gone.state, gone.file_number) == (State.WITHDRAWN, filed.file_number)
    assert gone.decided_at is not None
    assert "da duoc rut" in newest_text(str(filed.phone))
    assert Event.objects.filter(action="declaration.withdraw", actor_id=None).count() == 1
    desk = seat(factories.officer())
    assert filed.file_number not in desk.get(QUEUE).content.decode()
    assert filed.file_number in desk.get(f"{QUEUE}?tinh-trang=withdrawn").content.decode()
    for step in ("receive/", "accept/", "refuse/", "ask/"):
        sent = {"reason": "other", "words": "x", "items": ["sex"], "ask_words": "x"}
        assert "đang ở trạng thái «Đã rút»" in desk.post(page_of(filed, step), sent, follow=True).content.decode()
    assert not User.objects.filter(bhxh_code=filed.bhxh_code).exists()


def test_pressed_twice_it_is_withdrawn_once(filed: Declaration) -> None:
    client = opened(filed)
    client.post(WITHDRAW)
    page = Page(client.post(WITHDRAW, follow=True))
    assert "Không có gì thay đổi" in page.html
    assert Message.objects.filter(purpose="file_withdrawn").count() == 1
    assert client.get(WITHDRAW).url == FILE
    assert not Page(client.get(FILE)).all("a", href=WITHDRAW)


def test_a_file_that_waits_for_its_citizen_can_be_withdrawn_too(filed: Declaration) -> None:
    supplement.ask(filed.pk, officer=factories.officer(), items=["sex"], words="x")
    client = opened(filed)
    client.post(WITHDRAW)
    assert Declaration.objects.get().state == State.WITHDRAWN
    assert client.get(MEND).url == FILE


@pytest.mark.parametrize("decision", ["accept", "refuse"])
def test_what_is_decided_stays_decided(filed: Declaration, decision: str) -> None:
    client, officer = opened(filed), factories.officer()
    if decision == "accept":
        review.accept(filed.pk, officer=officer)
    else:
        review.refuse(filed.pk, officer=officer, reason=RefusalReason.OTHER, words="x")
    before = Declaration.objects.values().get()
    page = Page(client.post(WITHDRAW, follow=True))
    assert "không làm được việc đó nữa" in page.html
    assert Declaration.objects.values().get() == before
    with pytest.raises(WrongState):
        withdrawal.withdraw(filed.pk)
    assert not Message.objects.filter(purpose="file_withdrawn").exists()


def test_no_link_and_no_other_site_withdraws(filed: Declaration) -> None:
    client = Client(enforce_csrf_checks=True)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(client.handler, "enforce_csrf_checks", False)
        open_file(client, filed)
    assert client.get(f"{WITHDRAW}?confirm=1").status_code == 200
    assert client.post(WITHDRAW).status_code == 403
    assert Declaration.objects.get().state == State.FILED


def test_after_it_one_may_declare_again(filed: Declaration) -> None:
    withdrawal.withdraw(filed.pk)
    again = factories.filed()
    assert again.file_number != filed.file_number
    review.accept(again.pk, officer=factories.officer())
    assert Declaration.objects.get(pk=again.pk).state == State.ACCEPTED
