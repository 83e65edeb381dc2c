"""/doi-mat-khau/: forced at the first login, asked for the present password ever after."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone

from accounts.models import Event, User
from tests import factories
from tests.factories import PASSWORD

pytestmark = pytest.mark.django_db

CODE = "9900000001"
NEW = "Con trâu đi trước cái cày"


@pytest.fixture
def citizen() -> User:
    return factories.citizen(factories.person())


@pytest.fixture
def newcomer(citizen: User) -> User:
    citizen.must_change_password = True
    citizen.issued_password_expires_at = timezone.now() + timedelta(hours=72)
    citizen.save()
    return citizen


def signed_in(password: str = PASSWORD) -> Client:
    client = factories.browser()
    client.post("/dang-nhap/", {"username": CODE, "password": password})
    return client


def change(client: Client, new: str = NEW, again: str | None = None, old: str | None = PASSWORD) -> Any:
    fields = {"new_password1": new, "new_password2": new if again is None else again}
    return client.post("/doi-mat-khau/", fields | ({} if old is None else {"old_password": old}))


def is_in(client: Client) -> bool:
    return client.get("/doi-mat-khau/").status_code == 200


def opens(password: str) -> bool:
    return "_auth_user_id" in signed_in(password).session


def fixed_paths(patterns: list[URLPattern | URLResolver], prefix: str = "/") -> Iterator[str]:
    """Every address of the portal that takes no argument."""
    for pattern in patterns:
        route = prefix + str(pattern.pattern).lstrip("^").rstrip("$").removesuffix("\\Z")
        if any(char in route for char in "<(?["):
            continue
        if isinstance(pattern, URLResolver):
            yield from fixed_paths(pattern.url_patterns, route)
        else:
            yield route


def test_a_newcomer_reaches_nothing_but_the_change_and_the_way_out(newcomer: User) -> None:
    client = signed_in()
    paths = set(fixed_paths(get_resolver().url_patterns))
    assert {"/", "/the-bhyt/", "/qua-trinh-tham-gia/", "/tai-khoan/anh/", "/admin/", "/dang-ky/"} <= paths
    for path in paths - {"/doi-mat-khau/", "/dang-xuat/", "/ngon-ngu/"}:
        for response in (client.get(path), client.post(path)):
            assert (response.status_code, response.get("Location")) == (302, "/doi-mat-khau/"), path
    assert client.get("/doi-mat-khau/").status_code == 200
    assert client.post("/dang-xuat/").url == "/?da-dang-xuat"


def test_a_path_dressed_up_as_the_way_out_is_no_way_out(newcomer: User) -> None:
    client = signed_in()
    for path in ("/doi-mat-khau/../the-bhyt/", "/the-bhyt/?next=/doi-mat-khau/", "//doi-mat-khau/", "/the-bhyt/x"):
        assert client.get(path).headers["Location"] == "/doi-mat-khau/"


def test_after_the_change_everything_is_open_and_the_issued_password_is_used_up(newcomer: User) -> None:
    client = signed_in()
    assert change(client, old=None).url == "/the-bhyt/"
    newcomer.refresh_from_db()
    assert not newcomer.must_change_password
    assert newcomer.issued_password_expires_at is None
    assert client.get("/tai-khoan/anh/").status_code == 404
    assert opens(NEW)
    assert not opens(PASSWORD)


def test_a_newcomer_is_not_asked_for_the_password_just_typed(newcomer: User) -> None:
    page = signed_in().get("/doi-mat-khau/").content.decode()
    assert 'name="old_password"' not in page
    assert 'name="new_password1"' in page


def test_a_newcomer_sees_no_menu_that_leads_back_here_only_the_way_out(newcomer: User) -> None:
    client = signed_in()
    page = client.get("/doi-mat-khau/").content.decode()
    assert not {"/the-bhyt/", "/qua-trinh-tham-gia/", "/tai-khoan/"} & set(re.findall(r'href="([^"]+)"', page))
    assert "<nav" not in page
    assert page.count('action="/dang-xuat/"') == 1
    change(client, old=None)
    assert 'href="/the-bhyt/"' in client.get("/doi-mat-khau/").content.decode()


def test_a_common_password_is_refused_with_a_way_to_a_better_one(citizen: User) -> None:
    page = change(signed_in(), new="qwertyuiop").content.decode()
    assert "Thêm vài từ nữa, ví dụ một câu dễ nhớ với riêng bạn." in page
    assert opens(PASSWORD)


def test_a_newcomer_cannot_keep_the_issued_password(newcomer: User) -> None:
    client = signed_in()
    assert "phải khác" in change(client, new=PASSWORD, old=None).content.decode()
    newcomer.refresh_from_db()
    assert newcomer.must_change_password


def test_the_present_password_must_be_right(citizen: User) -> None:
    client = signed_in()
    assert "chưa đúng" in change(client, old="sai-mật-khẩu").content.decode()
    assert change(client, old=None).status_code == 200
    assert opens(PASSWORD)
    assert not Event.objects.filter(action="password.changed").exists()


def test_the_same_password_is_refused(citizen: User) -> None:
    assert "phải khác" in change(signed_in(), new=PASSWORD).content.decode()
    assert not Event.objects.filter(action="password.changed").exists()


@pytest.mark.parametrize("new", [CODE, "Nguyễn Văn Mẫu", "12345678", "ngắn", "ơ" * 129])
def test_a_password_the_rules_refuse_changes_nothing(citizen: User, new: str) -> None:
    page = change(signed_in(), new=new)
    assert page.status_code == 200
    assert 'aria-invalid="true"' in page.content.decode()
    assert new not in page.content.decode() or new == CODE
    assert opens(PASSWORD)


def test_two_different_entries_change_nothing(citizen: User) -> None:
    assert "chưa giống nhau" in change(signed_in(), again=f"{NEW}x").content.decode()
    assert opens(PASSWORD)


@pytest.mark.parametrize("new", ["có  khoảng  trắng  ở  giữa", "ơ" * 128, "🌾🌾🌾🌾🌾🌾🌾🌾"])
def test_a_new_password_is_taken_as_it_was_typed(citizen: User, new: str) -> None:
    change(signed_in(), new=new)
    assert opens(new)
    assert not opens(f"{new}x")


def test_blanks_around_a_pasted_password_do_not_count(citizen: User) -> None:
    change(signed_in(), new=f" {NEW}\t", again=f"{NEW} ")
    assert opens(NEW)


def test_every_other_session_ends_and_this_one_goes_on_under_another_id(citizen: User) -> None:
    client, other = signed_in(), signed_in()
    before = client.session.session_key
    change(client)
    assert client.session.session_key != before
    assert is_in(client)
    assert not is_in(other)
    assert not Client().session.exists(before)


def test_the_change_is_an_event_that_holds_no_password(citizen: User) -> None:
    change(signed_in())
    event = Event.objects.filter(action="password.changed").values().get()
    assert (event["actor_id"], event["person_id"]) == (citizen.pk, citizen.person_id)
    assert NEW not in str(event)


def test_a_stranger_is_sent_to_sign_in(client: Client) -> None:
    assert client.get("/doi-mat-khau/").url.startswith("/dang-nhap/")
    assert change(client).url.startswith("/dang-nhap/")


def test_an_officer_with_a_one_time_password_comes_to_the_desk_only_after_changing_it(client: Client) -> None:
    factories.officer(must_change_password=True)
    client.post("/admin/login/", {"username": "canbo", "password": PASSWORD})
    assert client.get("/admin/").url == "/doi-mat-khau/"
    assert change(client, old=None).url == "/admin/"
    assert client.get("/admin/").status_code == 200
