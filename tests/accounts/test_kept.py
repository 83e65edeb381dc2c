"""What pages share is drawn once for each set of values, and nothing of one visitor reaches another's page."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from django.template import Context, Engine
from django.urls import set_script_prefix

from accounts.models import User
from accounts.templatetags import kept
from tests import factories


@pytest.fixture
def root() -> Iterator[None]:
    yield
    set_script_prefix("/")


def drawing(source: str) -> object:
    return Engine(libraries={"kept": "accounts.templatetags.kept"}).from_string("{% load kept %}" + source)


def test_is_drawn_once_for_the_same_values_and_anew_for_others() -> None:
    template = drawing("{% kept a b %}{{ c }}{% endkept %}")
    said = [template.render(Context(values)) for values in ({"a": 1, "c": "x"}, {"a": 1, "c": "y"}, {"a": 2, "c": "z"})]
    assert said == ["x", "x", "z"]


def test_addresses_follow_where_the_portal_is_mounted(root: None) -> None:
    template = drawing("{% kept %}{{ c }}{% endkept %}")
    at_root = template.render(Context({"c": "x"}))
    set_script_prefix("/cong/")
    assert (at_root, template.render(Context({"c": "y"}))) == ("x", "y")


def test_what_clients_ask_for_does_not_pile_up() -> None:
    template = drawing("{% kept a %}{{ a }}{% endkept %}")
    for number in range(10 * kept.MOST_KEPT):
        assert template.render(Context({"a": f"/{number}/"})) == f"/{number}/"
    [node] = template.nodelist.get_nodes_by_type(kept.KeptNode)
    assert len(node.drawings) <= kept.MOST_KEPT


def test_an_error_is_not_kept() -> None:
    template = drawing("{% kept %}{% if bad %}{% include missing %}{% endif %}{{ c }}{% endkept %}")
    with pytest.raises(Exception, match="no-such"):
        template.render(Context({"bad": True, "missing": "no-such.html"}))
    assert template.render(Context({"c": "x"})) == "x"


@pytest.mark.django_db
def test_each_visitor_sees_their_own_navigation_and_token(client) -> None:
    def signed_in(user: User) -> str:
        return str(factories.signed_in(user).get("/", follow=True).content.decode())

    pages = [
        client.get("/").content.decode(),
        signed_in(factories.citizen(factories.person())),
        signed_in(factories.desk()),
        client.get("/").content.decode(),
    ]
    navigation = [re.findall(r'<li><a href="(/[^"#]+)"', page) for page in pages]
    assert navigation[0] == navigation[3]
    assert "/dang-nhap/" in navigation[0]
    assert "/dang-nhap/" not in navigation[1] + navigation[2]
    assert "/the-bhyt/" in navigation[1]
    assert "/co-so-kcb/" in navigation[2]
    tokens = re.findall(r'csrfmiddlewaretoken" value="(\w+)"', pages[1] + pages[2])
    assert len(tokens) == len(set(tokens)) == 2


@pytest.mark.django_db
def test_the_page_one_stands_on_is_marked_however_often_others_were_drawn(client) -> None:
    for page in ("/dang-nhap/", "/ho-so/", "/dang-nhap/", "/khong-co-trang-nay/"):
        current = re.findall(r'href="([^"]+)" aria-current="page"', client.get(page).content.decode())
        assert current == ([page] if page != "/khong-co-trang-nay/" else [])
