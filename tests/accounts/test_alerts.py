"""«Không phải tôi» reaches the office that issued the account, and is closed once, with what was found."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import AccountAlert, Device, Event, Office, User
from accounts.services import access, alerts
from accounts.services.roles import Role
from tests import factories
from tests.races import at_once, refusals
from tests.registration.at_the_desk import seat
from tests.registration.walking import Page

LIST = "/admin/accounts/accountalert/"
MISTAKE, STOLEN = AccountAlert.Outcome.MISTAKE, AccountAlert.Outcome.STOLEN

pytestmark = pytest.mark.django_db


@pytest.fixture
def citizen() -> User:
    return factories.citizen(factories.person())


def province_office() -> Office:
    return factories.office("001", "Bảo hiểm xã hội thành phố Hà Nội", "province")


def below(code: str = "00101", name: str = "Bảo hiểm xã hội cơ sở Ba Đình") -> Office:
    """A local office under that of the province."""
    office = factories.office(code, name)
    Office.objects.filter(pk=office.pk).update(parent=province_office())
    return office


def issued_by(officer: User, account: User) -> None:
    access.record("account.issued", actor=officer, object_type="user", object_id=account.pk)


def disputed(account: User) -> AccountAlert:
    device = Device.objects.create(
        user=account, name="Chrome trên Windows", place="Tỉnh Nghệ An", last_used_at=timezone.now()
    )
    return alerts.open_dispute(account, device)


@pytest.fixture
def alert(citizen: User) -> AccountAlert:
    issued_by(factories.officer(office=below()), citizen)
    return disputed(citizen)


def page_of(alert: AccountAlert, part: str = "change") -> str:
    return f"{LIST}{alert.pk}/{part}/"


def test_a_dispute_goes_to_the_office_whose_officer_issued_the_account(citizen: User) -> None:
    province_office()
    issued_by(factories.officer(office=below()), citizen)
    access.record("credentials.reissued", actor=factories.officer("x"), object_type="user", object_id=citizen.pk)
    assert disputed(citizen).office_id == "00101"


@pytest.mark.parametrize("issuer", ["nobody", "an administrator", "a clerk erased since"])
def test_else_to_the_office_of_the_province_its_owner_lives_in(citizen: User, issuer: str) -> None:
    province_office(), below()
    if issuer != "nobody":
        officer = factories.administrator()
        issued_by(officer, citizen)
        if issuer.startswith("a clerk"):
            officer.delete()
    assert disputed(citizen).office_id == "001"


def test_else_to_nobodys_and_whoever_sees_every_office_finds_it() -> None:
    account = factories.citizen(factories.person(ward=None))
    alert = disputed(account)
    assert alert.office is None
    seeing = [
        factories.administrator(),
        factories.officer("giamsat", office=None, role=Role.SUPERVISOR),
        factories.officer("goc", office=None, is_superuser=True),
    ]
    assert all(list(alerts.visible_to(user)) == [alert] for user in seeing)
    assert not alerts.visible_to(factories.officer(office=province_office())).exists()


def test_who_sees_which_alerts(alert: AccountAlert) -> None:
    here, above = Office.objects.get(pk="00101"), province_office()
    elsewhere = below("00102", "Hoàn Kiếm")
    seen = {
        "office reviewer": (factories.officer("a", office=here), True),
        "reviewer of the office above": (factories.officer("b", office=above), True),
        "reviewer of the office beside": (factories.officer("c", office=elsewhere), False),
        "commune reviewer": (factories.officer("d", office=here, ward=factories.ward()), False),
        "supervisor here": (factories.officer("e", office=here, role=Role.SUPERVISOR), True),
        "supervisor elsewhere": (factories.officer("f", office=elsewhere, role=Role.SUPERVISOR), False),
        "reviewer who left": (factories.officer("g", office=here, is_active=False), False),
        "reviewer who lost the office": (factories.officer("h", office=None, role=Role.OFFICE_REVIEWER), False),
        "clinic": (factories.desk(), False),
        "the owner": (alert.user, False),
    }
    assert {who: alerts.visible_to(user).exists() for who, (user, _) in seen.items()} == {
        who: expected for who, (_, expected) in seen.items()
    }
    for who, (user, expected) in seen.items():
        if user.kind == User.Kind.STAFF and user.is_active:
            answer = seat(user).get(page_of(alert)).status_code
            assert answer == 200 if expected else answer in (403, 404), who


def test_the_page_says_whose_account_it_is_and_what_to_do_and_reading_it_is_an_event(alert: AccountAlert) -> None:
    officer = User.objects.get(username="canbo")
    User.objects.filter(pk=alert.user_id).update(phone="+84999000077")
    page = Page(seat(officer).get(page_of(alert)))
    account, device = ("9900000001", "Nguyễn Văn Mẫu", "0999 000 001", "077"), ("Chrome trên Windows", "Tỉnh Nghệ An")
    for shown in (*account, *device, "/quen-mat-khau/"):
        assert shown in page.html
    for hidden in ("999000077", "999 000 077", alert.user.password, alert.user.person.id_number):
        assert hidden not in page.html
    (seen,) = Event.objects.filter(action="accountalert.seen")
    assert (seen.actor_id, seen.person_id, seen.object_id) == (officer.pk, alert.user.person_id, str(alert.pk))
    assert seen.detail == {}


def test_closing_keeps_who_when_and_the_outcome(alert: AccountAlert) -> None:
    officer = User.objects.get(username="canbo")
    client = seat(officer)
    refused = Page(client.post(page_of(alert, "close"), {}))
    assert "Chọn kết quả" in refused.alert
    assert client.post(page_of(alert, "close"), {"outcome": "stolen"}).url == LIST
    alert.refresh_from_db()
    assert (alert.outcome, alert.closed_by, alert.closed_at is not None) == ("stolen", officer, True)
    event = Event.objects.get(action="alert.closed")
    assert (event.actor_id, event.person_id, event.detail) == (officer.pk, alert.user.person_id, {"outcome": "stolen"})
    page = Page(client.get(page_of(alert)))
    assert not [form for form in page.all("form") if form.get("action") == page_of(alert, "close")]
    assert "người khác đã vào tài khoản" in page.html


def test_the_second_officer_changes_nothing_and_reads_why(alert: AccountAlert) -> None:
    first = User.objects.get(username="canbo")
    alerts.close(alert.pk, officer=first, outcome=MISTAKE)
    before = AccountAlert.objects.values().get()
    second = factories.officer("canbo2", office=Office.objects.get(pk="00101"))
    answer = seat(second).post(page_of(alert, "close"), {"outcome": "stolen"}, follow=True)
    assert "trước bạn" in answer.content.decode()
    with pytest.raises(alerts.AlreadyClosed):
        alerts.close(alert.pk, officer=first, outcome=STOLEN)
    assert AccountAlert.objects.values().get() == before
    assert Event.objects.filter(action="alert.closed").count() == 1


def outsiders() -> list[User]:
    return [
        factories.officer("b", office=below("00102", "Hoàn Kiếm")),
        factories.officer("c", ward=factories.ward()),
        factories.officer("d", role=Role.SUPERVISOR),
        factories.officer("e", office=None, role=Role.SUPERVISOR),
    ]


def test_nobody_else_closes_it(alert: AccountAlert) -> None:
    for user in outsiders():
        assert seat(user).post(page_of(alert, "close"), {"outcome": "mistake"}).status_code in (403, 404)
        with pytest.raises(alerts.NotYours):
            alerts.close(alert.pk, officer=user, outcome=MISTAKE)
    with pytest.raises(alerts.NotYours):
        alerts.close(alert.pk + 1000, officer=factories.administrator(), outcome=MISTAKE)
    alert.refresh_from_db()
    assert (alert.closed_at, alert.outcome) == (None, "")
    assert not Event.objects.filter(action="alert.closed").exists()


def test_an_alert_is_neither_added_nor_changed_nor_deleted_by_hand(alert: AccountAlert) -> None:
    client = seat(factories.administrator())
    before = AccountAlert.objects.values().get()
    assert client.post(f"{LIST}add/", {"kind": "dispute", "user": alert.user_id}).status_code == 403
    assert client.post(page_of(alert, "delete"), {"post": "yes"}).status_code == 403
    client.post(page_of(alert), {"outcome": "mistake", "closed_at": "2026-01-01"})
    client.post(LIST, {"action": "delete_selected", "_selected_action": alert.pk, "post": "yes"})
    assert AccountAlert.objects.values().get() == before


def rows(client: Client, query: str = "") -> list[str]:
    return [
        cell.text for cell in Page(client.get(LIST + query)).elements if "field-result" in (cell.get("class") or "")
    ]


def test_open_ones_stand_first_and_can_be_had_alone(alert: AccountAlert, citizen: User) -> None:
    later = disputed(citizen)
    alerts.close(later.pk, officer=User.objects.get(username="canbo"), outcome=MISTAKE)
    client = seat(User.objects.get(username="canbo"))
    assert rows(client) == ["đang chờ", "bấm nhầm, đúng là chủ tài khoản"]
    assert rows(client, "?tinh-trang=open") == ["đang chờ"]
    assert rows(client, "?tinh-trang=closed") == ["bấm nhầm, đúng là chủ tài khoản"]
    assert rows(client, "?q=9900000002") == []


def waiting_on(user: User) -> list[str | None]:
    page = Page(seat(user).get("/admin/"))
    return [box["data-open-alerts"] for box in page.all("section") if box.get("data-open-alerts") is not None]


def test_the_first_page_counts_what_waits_for_those_who_may_see_it(alert: AccountAlert, citizen: User) -> None:
    officer = User.objects.get(username="canbo")
    assert waiting_on(officer) == ["1"]
    assert waiting_on(factories.administrator()) == ["1"]
    assert waiting_on(factories.officer("xa", ward=factories.ward())) == []
    assert waiting_on(factories.officer("khac", office=below("00102", "Hoàn Kiếm"))) == ["0"]
    alerts.close(alert.pk, officer=officer, outcome=MISTAKE)
    assert waiting_on(officer) == ["0"]


def test_the_count_goes_no_further_than_it_says(
    alert: AccountAlert, citizen: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(alerts, "COUNTED_AT_MOST", 1)
    officer = User.objects.get(username="canbo")
    assert alerts.open_to(officer) == alerts.OpenAlerts(count=1, is_more=False)
    disputed(citizen)
    assert alerts.open_to(officer) == alerts.OpenAlerts(count=1, is_more=True)


def test_the_list_asks_the_database_as_much_for_thirty_as_for_one(alert: AccountAlert, citizen: User) -> None:
    client, counts = seat(User.objects.get(username="canbo")), []
    client.get(LIST)
    for many in (0, 30):
        for _ in range(many):
            disputed(citizen)
        with CaptureQueriesContext(connection) as asked:
            assert len(rows(client)) == many + 1
        counts.append(len(asked))
    assert counts[0] == counts[1]


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_officers_at_once_close_it_once(citizen: User) -> None:
    officers = [factories.officer(f"canbo{number}") for number in range(2)]
    issued_by(officers[0], citizen)
    for _ in range(5):
        pk = disputed(citizen).pk
        calls = [
            lambda pk=pk, officer=officer: alerts.close(pk, officer=officer, outcome=MISTAKE) for officer in officers
        ]
        outcomes = at_once(*calls)
        assert refusals(outcomes) == ["already_closed"]
        assert Event.objects.filter(action="alert.closed", object_id=str(pk)).count() == 1
