"""An office signs a citizen's device out, for a reason, in its own area; a password it neither sees nor sets."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from accounts.models import Event, Message, Office, User
from accounts.services import access, offices
from accounts.services.offices import SignOutReason
from accounts.services.roles import Role
from registration.models import Declaration
from registration.services import review
from tests import factories
from tests.registration.at_the_desk import page_of, seat
from tests.registration.walking import Page, newest_text

pytestmark = pytest.mark.django_db

REASON = {"reason": "phone_lost"}


@pytest.fixture
def officer() -> User:
    return factories.officer()


@pytest.fixture
def file(officer: User) -> Declaration:
    factories.person(id_number="001085999001")
    return review.accept(factories.filed().pk, officer=officer)


@pytest.fixture
def account(file: Declaration) -> User:
    user = User.objects.get(bhxh_code=file.bhxh_code)
    user.must_change_password = False
    user.save()
    return user


@pytest.fixture
def citizen(account: User) -> Client:
    """The owner's browser."""
    return factories.signed_in(account)


def end_page(account: User) -> str:
    return f"/admin/accounts/user/{account.pk}/end-device/"


def pressed(page: Page, **more: str) -> dict[str, str]:
    return {"device": page.value("device"), **REASON, **more}


def test_from_the_accepted_file_an_officer_signs_the_device_out(
    officer: User, file: Declaration, account: User, citizen: Client
) -> None:
    desk = seat(officer)
    (link,) = [a for a in Page(desk.get(page_of(file))).all("a") if a["href"] == end_page(account)]
    page = Page(desk.get(link["href"]))
    assert "Chrome trên Android" in page.html
    device = account.devices.get()
    assert citizen.get("/tai-khoan/").status_code == 200
    answer = Page(desk.post(end_page(account), pressed(page), follow=True))
    assert "Thiết bị đã thoát" in answer.html
    assert "không mở ở thiết bị nào" in answer.html
    assert citizen.get("/tai-khoan/").status_code == 302
    device.refresh_from_db()
    account.refresh_from_db()
    assert (device.ended_by, account.active_device) == ("staff", None)
    event = Event.objects.get(action="device.ended_by_staff")
    assert (event.actor_id, event.person_id) == (officer.pk, account.person_id)
    assert event.detail == {"device": device.pk, "reason": "phone_lost"}
    assert "9900000001" in newest_text("+84999000001")


def test_its_owner_reads_who_did_it_and_why(officer: User, account: User, citizen: Client) -> None:
    desk = seat(officer)
    desk.post(end_page(account), pressed(Page(desk.get(end_page(account)))))
    history = factories.signed_in(User.objects.get(pk=account.pk)).get("/tai-khoan/nhat-ky/").content.decode()
    assert "Cán bộ Bảo hiểm xã hội cơ sở Ba Đình · Mất điện thoại" in re.sub(r"\s+", " ", history)


def test_opening_the_page_is_a_look_that_its_owner_sees(officer: User, account: User, citizen: Client) -> None:
    seat(officer).get(end_page(account))
    (seen,) = Event.objects.filter(action="user.seen")
    assert (seen.actor_id, seen.person_id, seen.object_id) == (officer.pk, account.person_id, str(account.pk))
    assert citizen.get("/tai-khoan/luot-xem/").content.decode().count("<strong>Cán bộ Bảo hiểm xã hội") >= 1


@pytest.mark.parametrize("sent", [{}, {"reason": ""}, {"reason": "vi thich"}])
def test_without_a_reason_from_the_list_nothing_happens(
    officer: User, account: User, citizen: Client, sent: dict[str, str]
) -> None:
    desk = seat(officer)
    device = Page(desk.get(end_page(account))).value("device")
    answer = desk.post(end_page(account), {"device": device, **sent})
    assert answer.status_code == 200
    assert Page(answer).alert
    assert citizen.get("/tai-khoan/").status_code == 200


def test_a_device_that_took_over_meanwhile_is_not_signed_out_in_its_place(
    officer: User, account: User, citizen: Client
) -> None:
    desk = seat(officer)
    page = Page(desk.get(end_page(account)))
    newer = factories.signed_in(User.objects.get(pk=account.pk))
    answer = desk.post(end_page(account), pressed(page), follow=True)
    assert "chuyển sang thiết bị khác" in answer.content.decode()
    assert newer.get("/tai-khoan/").status_code == 200
    assert not Event.objects.filter(action="device.ended_by_staff").exists()


def test_pressing_twice_is_one_sign_out(officer: User, account: User, citizen: Client) -> None:
    desk = seat(officer)
    page = Page(desk.get(end_page(account)))
    for _ in range(2):
        desk.post(end_page(account), pressed(page))
    assert Event.objects.filter(action="device.ended_by_staff").count() == 1
    assert Message.objects.filter(purpose="signed_out").count() == 1


def test_who_may_and_who_may_not(officer: User, account: User, citizen: Client) -> None:
    elsewhere = factories.office("00102", "Hoàn Kiếm")
    answers = {
        "office above": (factories.officer("a", office=factories.office("001", "Hà Nội", "province")), 404),
        "office beside": (factories.officer("b", office=elsewhere), 404),
        "commune reviewer": (factories.officer("c", ward=factories.ward()), 403),
        "supervisor": (factories.officer("d", role=Role.SUPERVISOR), 403),
        "administrator": (factories.administrator(), 200),
        "colleague": (factories.officer("e"), 200),
    }
    device = account.devices.get().pk
    for who, (user, expected) in answers.items():
        client = seat(user)
        assert client.get(end_page(account)).status_code == expected, who
        if expected != 200:
            assert client.post(end_page(account), {"device": device, **REASON}).status_code == expected, who
            with pytest.raises(offices.NotYours):
                offices.end_device(account.pk, device_id=device, officer=user, reason=SignOutReason.MISUSE)
    assert citizen.get("/tai-khoan/").status_code == 200


def test_the_office_above_reaches_the_accounts_of_the_offices_under_it(account: User, citizen: Client) -> None:
    above = factories.office("001", "Hà Nội", "province")
    Office.objects.filter(pk="00101").update(parent=above)
    assert seat(factories.officer("a", office=above)).get(end_page(account)).status_code == 200


def test_a_file_of_a_commune_offers_no_such_button(file: Declaration, account: User) -> None:
    client = seat(factories.officer("xa", ward=factories.ward()))
    assert "end-device" not in client.get(page_of(file)).content.decode()


@pytest.mark.parametrize("kind", ["staff", "clinic", "nobody"])
def test_only_a_citizens_account_has_such_a_page(kind: str) -> None:
    admin = factories.administrator()
    whose = {"staff": factories.officer, "clinic": factories.desk}.get(kind)
    pk = whose().pk if whose else 10**9
    assert seat(admin).get(f"/admin/accounts/user/{pk}/end-device/").status_code == 404
    assert not Event.objects.filter(action="user.seen").exists()


def test_an_account_that_is_open_nowhere_has_nothing_to_sign_out(officer: User, account: User) -> None:
    page = Page(seat(officer).get(end_page(account)))
    assert "không mở ở thiết bị nào" in page.html
    assert page.controls("reason") == []


def staff_pages(account: User, file: Declaration) -> list[str]:
    alert = account.alerts.create(kind="dispute", office=factories.office())
    user = f"/admin/accounts/user/{account.pk}/"
    return [
        "/admin/accounts/user/",
        f"{user}change/",
        f"{user}history/",
        f"{user}end-device/",
        f"/admin/accounts/accountalert/{alert.pk}/change/",
        f"/admin/accounts/person/{account.person_id}/change/",
        "/admin/accounts/message/",
        "/admin/accounts/event/",
        page_of(file),
    ]


def test_staff_never_see_a_citizens_password_nor_have_a_field_for_one(
    officer: User, file: Declaration, account: User, citizen: Client
) -> None:
    account.set_password("mat khau rieng 4471")
    account.save()
    secrets = (account.password, account.password.split("$")[-1], "mat khau rieng 4471")
    opened = 0
    people = (officer, factories.administrator(), factories.officer("goc", is_superuser=True))
    for client in map(seat, people):
        for path in staff_pages(account, file):
            response = client.get(path)
            if response.status_code != 200:
                continue
            opened += 1
            page = Page(response)
            assert not [secret for secret in secrets if secret in page.html], path
            assert not page.all("input", type="password"), path
            assert not [e for e in page.elements if "password" in (e.get("name") or "")], path
    assert opened >= 20


def test_staff_never_set_a_citizens_password(officer: User, account: User, citizen: Client) -> None:
    before = User.objects.filter(pk=account.pk).values().get()
    new = dict.fromkeys(("password", "password1", "password2", "new_password1", "new_password2"), "de-dang-123456")
    user = f"/admin/accounts/user/{account.pk}/"
    people = (officer, factories.administrator(), factories.officer("goc", office=None, is_superuser=True))
    for client in map(seat, people):
        for path in ("change/", "password/", "end-device/", ""):
            client.post(user + path, {**new, "must_change_password": "on", "usable_password": "true"})
        assert client.post(f"{user}change/", new).status_code == 403
        client.post("/admin/accounts/user/add/", {**new, "username": account.username, "kind": "citizen"})
    assert User.objects.filter(pk=account.pk).values().get() == before
    assert citizen.get("/tai-khoan/").status_code == 200


def test_an_administrator_reads_a_citizens_account_without_the_whole_number_and_leaves_a_look(account: User) -> None:
    admin = factories.administrator()
    page = seat(admin).get(f"/admin/accounts/user/{account.pk}/change/").content.decode()
    assert "••••• 001" in page
    assert "999000001" not in page.replace(" ", "").replace("9900000001", "")
    assert Event.objects.get(action="user.seen").actor_id == admin.pk
    seat(admin).get(f"/admin/accounts/user/{admin.pk}/change/")
    assert Event.objects.filter(action="user.seen").count() == 1


def test_an_account_of_before_the_events_belongs_to_the_office_of_its_province() -> None:
    account = factories.citizen(factories.person())
    province = factories.office("001", "Hà Nội", "province")
    assert offices.office_of(account) == province
    access.record("account.issued", actor=factories.officer(), object_type="user", object_id=account.pk)
    assert offices.office_of(account) == factories.office()


def test_an_account_stays_with_its_office_when_the_issuer_moves(officer: User, account: User) -> None:
    elsewhere = factories.office("00202", "Bảo hiểm xã hội cơ sở Hoàn Kiếm")
    officer.office = elsewhere
    officer.save()
    colleague = factories.officer("dongnghiep")
    assert offices.office_of(account) == colleague.office == factories.office()
    assert offices.may_end_device(colleague, account)
    assert not offices.may_end_device(User.objects.get(pk=officer.pk), account)
