"""Another phone may add the photos an officer waits for, and no other, until they are sent; it sees nothing."""

from __future__ import annotations

import pytest
from django.core.files.base import ContentFile
from django.test import Client

from registration.models import Declaration, Photo, PhotoHandover
from registration.services import handovers, photos, supplement, withdrawal
from registration.services.handovers import HandoverOver
from registration.services.status import AlreadyFiled
from registration.workflow import State
from tests import factories
from tests.registration.following import CLOSED, FILE, MEND
from tests.registration.keeping import files, holder
from tests.registration.walking import Page, pictures

pytestmark = pytest.mark.django_db

HAND_OVER, PHONE = f"{MEND}dien-thoai/", "/dang-ky/anh/"
ASKED = ("portrait", "id_front")


@pytest.fixture
def filed() -> Declaration:
    return factories.filed()


@pytest.fixture
def owner(filed: Declaration) -> Client:
    factories.asked(filed, *ASKED, "sex")
    return holder(filed)


def let_in(declaration: Declaration) -> Client:
    phone = Client()
    assert phone.post(f"{PHONE}{handovers.start(declaration.pk)}/").url == PHONE
    return phone


def kept(declaration: Declaration) -> set[str]:
    return set(declaration.replacements.values_list("kind", flat=True))


def answer(declaration: Declaration) -> None:
    for kind in ASKED:
        photos.save_photo(declaration.pk, kind=Photo.Kind(kind), file=ContentFile(factories.jpeg()))
    supplement.answer(declaration.pk, fields={"sex": "female"})


def test_the_page_leads_to_a_code_that_its_button_makes(filed: Declaration, owner: Client) -> None:
    assert Page(owner.get(MEND)).all("a", href=HAND_OVER)
    page = Page(owner.get(HAND_OVER))
    assert not page.all("div", data_qr="")
    page = Page(owner.post(HAND_OVER, {"request": page.value("request")}))
    assert page.all("div", data_qr="")
    assert {link["href"] for link in page.all("a", class_="button")} == {MEND}
    assert PhotoHandover.objects.get().declaration == filed


def test_the_phone_adds_what_was_asked_for_and_it_arrives_on_the_owners_screen(
    filed: Declaration, owner: Client
) -> None:
    phone = let_in(filed)
    page = Page(phone.get(PHONE))
    assert [control["name"] for control in page.all("input", type="file")] == list(ASKED)
    assert "Hộ chiếu, trang" not in page.html
    assert not page.all("img")
    assert filed.full_name not in page.html
    sent = Page(phone.post(PHONE, {"slot": "portrait", **pictures("portrait", "id_back")}))
    assert sent.all("p", data_received="")
    assert not sent.all("img")
    phone.post(PHONE, {"slot": "id_back", **pictures("id_back")})
    phone.post(PHONE, {"edit": "portrait turn", **pictures("id_back")})
    assert kept(filed) == {"portrait"}
    shown = Page(owner.get(f"{HAND_OVER}?phan"))
    assert not shown.all("html")
    assert [image["src"].partition("?")[0] for image in shown.all("img")] == [f"{MEND}anh/portrait/"]
    assert Page(owner.get(MEND)).all("button", value="portrait turn")
    assert Declaration.objects.get().state == State.SUPPLEMENT


@pytest.mark.parametrize("path", [FILE, MEND, HAND_OVER, f"{MEND}anh/portrait/"])
def test_the_phone_opens_nothing_of_the_file(filed: Declaration, owner: Client, path: str) -> None:
    phone = let_in(filed)
    phone.post(PHONE, pictures("portrait"))
    for response in (phone.get(path), phone.post(path, pictures("id_front"))):
        assert response.status_code in (404, 405) or response.url == CLOSED
    assert kept(filed) == {"portrait"}


@pytest.mark.parametrize("end", [answer, lambda filed: withdrawal.withdraw(filed.pk)])
def test_the_right_ends_with_the_supplement_and_comes_back_with_no_other(
    filed: Declaration, owner: Client, end: object
) -> None:
    phone = let_in(filed)
    end(filed)
    before = files()
    assert phone.get(PHONE).status_code == 404
    assert phone.post(PHONE, pictures("portrait")).status_code == 404
    assert not PhotoHandover.objects.exists()
    assert files() == before
    with pytest.raises(AlreadyFiled):
        handovers.start(filed.pk)
    if Declaration.objects.get().state == State.RECEIVED:
        factories.asked(filed, "portrait")
        assert phone.post(PHONE, pictures("portrait")).status_code == 404
        assert not kept(filed)


def test_a_token_not_used_in_time_lets_nobody_in(filed: Declaration, owner: Client) -> None:
    token = handovers.start(filed.pk)
    answer(filed)
    with pytest.raises(HandoverOver):
        handovers.use(token)


def test_no_code_is_made_where_no_photo_is_waited_for(filed: Declaration) -> None:
    assert Client().post(HAND_OVER).url == CLOSED
    owner = holder(filed)
    assert owner.post(HAND_OVER).url == FILE
    first = factories.asked(filed, "full_name")
    assert not Page(owner.get(MEND)).all("a", href=HAND_OVER)
    assert owner.post(HAND_OVER).url == MEND
    supplement.answer(filed.pk, fields={"full_name": "Nguyễn Văn Mậu"})
    factories.asked(filed, "portrait")
    assert owner.post(HAND_OVER, {"request": first.pk}).url == FILE
    assert not PhotoHandover.objects.exists()


def test_a_file_withdrawn_at_that_moment_gets_no_code(
    filed: Declaration, owner: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    start = handovers.start

    def late(declaration_id: int) -> str:
        withdrawal.withdraw(declaration_id)
        return start(declaration_id)

    monkeypatch.setattr(handovers, "start", late)
    page = Page(owner.post(HAND_OVER, follow=True))
    assert page.status
    assert not page.all("div", data_qr="")
    assert not PhotoHandover.objects.exists()
