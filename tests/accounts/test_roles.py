"""What each role may do, how it is given, and that nobody gives it to themselves."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Event, Message, User
from accounts.services import issuing, roles, staff
from accounts.services.roles import PERMISSIONS, Role
from registration import policies
from registration.services import review
from registration.workflow import RefusalReason
from tests import factories
from tests.registration.at_the_desk import QUEUE, REASON, page_of, seat
from tests.registration.walking import Page

pytestmark = pytest.mark.django_db

ADD = "/admin/accounts/user/add/"
ONE_TIME = "tre xanh 47"


def held(role: Role) -> set[str]:
    rows = Permission.objects.filter(group__name=role.value).values_list("content_type__app_label", "codename")
    return {f"{app}.{codename}" for app, codename in rows}


def names_of(user: User) -> list[str]:
    return list(user.groups.values_list("name", flat=True))


def test_loading_brings_every_group_into_step_with_the_table() -> None:
    call_command("load_roles", verbosity=0)
    group = Group.objects.get(name=Role.COMMUNE_REVIEWER.value)
    group.permissions.set(Permission.objects.filter(codename="view_event"))
    call_command("load_roles", verbosity=0)
    call_command("load_roles", verbosity=0)
    assert {role: held(role) for role in Role} == PERMISSIONS
    assert Group.objects.count() == len(Role)


def test_before_the_permissions_are_there_nothing_is_loaded_and_the_operator_reads_why() -> None:
    Permission.objects.filter(codename="check_card").delete()
    with pytest.raises(CommandError, match=r"migrate.*accounts\.check_card"):
        call_command("load_roles")
    assert not Group.objects.exists()


def test_loading_asks_the_database_as_much_for_many_accounts_as_for_one() -> None:
    call_command("load_roles", verbosity=0)
    counts = []
    for start, many in ((0, 1), (1, 30)):
        for number in range(start, start + many):
            User.objects.create(username=f"canbo{number}", kind=User.Kind.STAFF, office=factories.office())
        with CaptureQueriesContext(connection) as asked:
            assert roles.load() == many
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_an_account_from_before_there_were_roles_gets_the_one_its_place_implies() -> None:
    made = {
        "xa": {"kind": "staff", "office": factories.office(), "ward": factories.ward()},
        "coquan": {"kind": "staff", "office": factories.office()},
        "khong": {"kind": "staff"},
        "goc": {"kind": "staff", "is_superuser": True},
        "quay": {"kind": "clinic", "facility": factories.facility()},
    }
    users = {name: User.objects.create(username=name, **fields) for name, fields in made.items()}
    citizen = factories.citizen(factories.person())
    manager = factories.desk(role=Role.CLINIC_MANAGER)
    assert roles.load() == 3
    assert {name: names_of(user) for name, user in users.items()} == {
        "xa": ["commune_reviewer"],
        "coquan": ["office_reviewer"],
        "khong": [],
        "goc": [],
        "quay": ["clinic_desk"],
    }
    assert (names_of(citizen), names_of(manager)) == ([], ["clinic_manager"])
    assert roles.load() == 0


def test_no_role_but_a_reviewers_decides_files_and_none_of_them_deletes_anything_of_people() -> None:
    decides = {role for role, names in PERMISSIONS.items() if roles.DECIDE_FILES in names}
    assert decides == {Role.COMMUNE_REVIEWER, Role.OFFICE_REVIEWER}
    everything = set().union(*PERMISSIONS.values())
    assert {name for name in everything if ".delete_" in name} == {
        "cards.delete_benefitlevel",
        "cards.delete_objectgroup",
    }
    written = {name.split("_", 1)[1] for name in everything if ".add_" in name or ".change_" in name}
    assert not written & {"event", "message", "person", "card", "participationperiod", "device", "onetimecode"}


def test_a_supervisor_reads_the_files_of_the_office_and_decides_none() -> None:
    factories.person(id_number="001085999001")
    filed = factories.filed()
    supervisor = factories.officer("giamsat", role=Role.SUPERVISOR)
    client = seat(supervisor)
    page = Page(client.get(page_of(filed)))
    assert filed.full_name in page.html
    assert not [form for form in page.all("form") if QUEUE in (form.get("action") or "")]
    for step in ("receive/", "accept/", "refuse/", "resend/"):
        for sent in (REASON, {}):
            assert client.post(page_of(filed, step), sent).status_code == 403
    with pytest.raises(review.NotYours):
        review.accept(filed.pk, officer=supervisor)
    with pytest.raises(review.NotYours):
        review.refuse(filed.pk, officer=supervisor, reason=RefusalReason.PHOTO_UNCLEAR, words="")
    filed.refresh_from_db()
    assert (filed.state, User.objects.filter(kind="citizen").count()) == ("filed", 0)
    assert client.get("/admin/accounts/event/").status_code == client.get("/admin/accounts/message/").status_code == 200
    for closed in ("user", "person", "office"):
        assert client.get(f"/admin/accounts/{closed}/").status_code == 403


def test_a_supervisor_sends_no_password_again() -> None:
    factories.person(id_number="001085999001")
    filed = factories.filed()
    review.accept(filed.pk, officer=factories.officer())
    before = Message.objects.count()
    with pytest.raises(review.NotYours):
        review.resend_credentials(filed.pk, officer=factories.officer("giamsat", role=Role.SUPERVISOR))
    assert Message.objects.count() == before


def test_an_officer_whose_role_is_taken_away_sees_nothing_at_the_next_request() -> None:
    filed = factories.filed()
    officer = factories.officer()
    client = seat(officer)
    assert client.get(page_of(filed)).status_code == 200
    officer.groups.clear()
    assert client.get(page_of(filed)).status_code == 403
    assert client.post(page_of(filed, "accept/")).status_code == 403
    assert not policies.visible_to(User.objects.get(pk=officer.pk)).exists()


def test_an_officer_who_left_is_out_at_the_next_request_and_decides_nothing() -> None:
    factories.person(id_number="001085999001")
    filed = factories.filed()
    officer = factories.officer()
    client = seat(officer)
    assert client.get(page_of(filed)).status_code == 200
    User.objects.filter(pk=officer.pk).update(is_active=False)
    for step in ("receive/", "accept/", "refuse/"):
        answer = client.post(page_of(filed, step), REASON)
        assert answer.status_code == 302
        assert answer.url.startswith("/admin/login/")
    assert client.get(page_of(filed)).url.startswith("/admin/login/")
    with pytest.raises(review.NotYours):
        review.accept(filed.pk, officer=User.objects.get(pk=officer.pk))
    filed.refresh_from_db()
    assert (filed.state, filed.reviewer) == ("filed", None)
    assert not issuing.has_account("9900000001")


@pytest.fixture
def desk(db: None) -> Any:
    return seat(factories.administrator())


def add(desk: Any, **fields: Any) -> Any:
    values = {"username": "moi", "kind": "staff", "password": ONE_TIME, "office": "", "ward": "", "facility": ""}
    return desk.post(ADD, values | {"phone": "", "role": ""} | fields)


PLACES = {
    "none": {},
    "office": {"office": "00101"},
    "ward": {"office": "00101", "ward": "00004"},
    "facility": {"kind": "clinic", "facility": "01020"},
}


@pytest.mark.parametrize(
    ("place", "chosen", "given"),
    [
        ("ward", "", "commune_reviewer"),
        ("office", "", "office_reviewer"),
        ("facility", "", "clinic_desk"),
        ("office", "supervisor", "supervisor"),
        ("none", "supervisor", "supervisor"),
        ("none", "administrator", "administrator"),
        ("facility", "clinic_manager", "clinic_manager"),
    ],
)
def test_a_new_account_has_the_role_chosen_or_the_one_its_place_implies(
    desk: Any, place: str, chosen: str, given: str
) -> None:
    factories.office(), factories.ward(), factories.facility()
    assert add(desk, role=chosen, **PLACES[place]).status_code == 302
    made = User.objects.get(username="moi")
    assert names_of(made) == [given]
    assert not made.is_superuser
    assert Event.objects.get(action="staff.added").detail == {"role": given}


@pytest.mark.parametrize(
    ("place", "chosen"),
    [
        ("none", ""),
        ("none", "office_reviewer"),
        ("office", "commune_reviewer"),
        ("ward", "office_reviewer"),
        ("ward", "supervisor"),
        ("ward", "administrator"),
        ("office", "clinic_desk"),
        ("facility", "administrator"),
        ("facility", "office_reviewer"),
        ("office", "superuser"),
    ],
)
def test_a_role_that_does_not_fit_is_refused_with_a_sentence(desk: Any, place: str, chosen: str) -> None:
    factories.office(), factories.ward(), factories.facility()
    answer = add(desk, role=chosen, **PLACES[place])
    assert answer.status_code == 200
    assert "errornote" in answer.content.decode()
    assert not User.objects.filter(username="moi").exists()


def change(desk: Any, user: User, **fields: Any) -> Any:
    values = {"office": user.office_id or "", "ward": "", "facility": "", "phone": "", "is_active": "on"}
    return desk.post(f"/admin/accounts/user/{user.pk}/change/", values | fields)


def test_another_role_takes_the_place_of_the_one_before_and_is_written_down(desk: Any) -> None:
    officer = factories.officer()
    page = Page(desk.get(f"/admin/accounts/user/{officer.pk}/change/"))
    assert page.value("role") == "office_reviewer"
    assert change(desk, officer, role="supervisor").status_code == 302
    assert names_of(officer) == ["supervisor"]
    event = Event.objects.get(action="staff.changed")
    assert (event.object_id, event.detail) == (str(officer.pk), {"role": "supervisor"})


def test_nobody_changes_their_own_rights(desk: Any) -> None:
    own = User.objects.get(username="quantri")
    assert change(desk, own, role="supervisor", office=factories.office().pk).status_code == 403
    assert (names_of(own), own.office_id) == (["administrator"], None)
    page = Page(desk.get(f"/admin/accounts/user/{own.pk}/change/"))
    assert page.controls("role") == []
    assert "Quản trị viên" in page.html or "quản trị viên" in page.html


def test_nobody_becomes_a_superuser_through_a_form(desk: Any) -> None:
    officer = factories.officer()
    more = {"is_superuser": "on", "groups": "1", "user_permissions": "1"}
    change(desk, officer, role="office_reviewer", **more)
    add(desk, role="administrator", **more)
    assert not User.objects.filter(is_superuser=True).exists()
    assert not User.user_permissions.through.objects.exists()
    assert desk.get("/admin/auth/group/").status_code == 404


def test_a_superuser_stays_one_without_any_role() -> None:
    root, other = (User.objects.create_superuser(name, factories.PASSWORD) for name in ("goc", "gockhac"))
    assert change(factories.signed_in(other), root, office=factories.office().pk, role="").status_code == 302
    root.refresh_from_db()
    assert (root.is_superuser, root.office_id, names_of(root)) == (True, "00101", [])


def test_what_an_administrator_saves_undoes_no_password_set_meanwhile(desk: Any) -> None:
    officer = factories.officer(must_change_password=True)
    stale = User.objects.get(pk=officer.pk)
    officer.set_password("cau-vong-khac-mua-99")
    officer.must_change_password = False
    officer.save()
    stale.phone = "+84999000077"
    staff.change_account(stale, changed=["phone"], role=None, actor=User.objects.get(username="quantri"))
    officer.refresh_from_db()
    assert officer.check_password("cau-vong-khac-mua-99")
    assert (officer.must_change_password, str(officer.phone)) == (False, "+84999000077")


def test_the_list_of_accounts_says_who_has_which_role_in_as_many_queries_for_thirty_as_for_one(desk: Any) -> None:
    counts = []
    for start, many in ((0, 1), (1, 30)):
        for number in range(start, start + many):
            factories.officer(f"canbo{number}")
        with CaptureQueriesContext(connection) as asked:
            page = Page(desk.get("/admin/accounts/user/"))
        counts.append(len(asked))
    assert "xét duyệt cơ quan BHXH" in page.html
    assert counts[0] == counts[1]
