"""/tai-khoan/ and /tai-khoan/luot-xem/: what an account's owner sees there, and what nobody sees."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Device, Event, Person, User
from accounts.services.history import SHOWN_SIGN_INS
from tests import factories
from tests.accounts.looks import looked, signed_in
from tests.accounts.own import LOOKS, PROFILE, page, words

pytestmark = pytest.mark.django_db

ID_NUMBER, PHONE = "001085997913", "+84999004862"


@pytest.fixture
def person() -> Person:
    return factories.person(id_number=ID_NUMBER, phone="+84999007531")


@pytest.fixture
def citizen(person: Person) -> User:
    return factories.citizen(person, phone=PHONE)


def part(html: str, name: str) -> str:
    """One section, found by its heading's id."""
    return words(html.split(f'id="{name}"', 1)[1].split("</section>", 1)[0])


def test_the_profile_shows_what_the_register_says(own: Client) -> None:
    html = page(own)
    assert "<span>99000</span><span>00001</span>" in html
    for fact in ("Nguyễn Văn Mẫu", "15/08/1985", "Nam", "CCCD", "Số 12, Phường Ba Đình, Thành phố Hà Nội"):
        assert fact in words(html)


def test_numbers_of_papers_and_phones_are_told_by_their_last_three_digits(own: Client) -> None:
    text = words(page(own))
    assert re.search(r"CCCD \(12 số\), •••••&nbsp;ba số cuối 913", text)
    assert re.search(r"Điện thoại nhận mã•••••&nbsp;ba số cuối 862", text)


@pytest.mark.parametrize("path", [PROFILE, LOOKS])
def test_no_more_of_those_numbers_is_anywhere_in_a_page(own: Client, path: str) -> None:
    html = page(own, path)
    for number in (ID_NUMBER, PHONE, "+84999007531"):
        assert number[-4:] not in html
        assert number[3:-3] not in html
    assert "531" not in words(html)  # the register's phone receives nothing


def test_what_the_register_does_not_know_is_said_so(person: Person) -> None:
    Person.objects.filter(pk=person.pk).update(id_kind="", id_number="", ward=None, address="", birth_date="1985")
    text = words(page(factories.signed_in(factories.citizen(person, phone=""))))
    assert text.count("Sổ chưa ghi") == 2
    assert "Chưa có số nào" in text
    assert "None" not in text


def test_what_is_wrong_has_someone_to_tell_and_the_password_a_page(own: Client) -> None:
    html = page(own)
    assert "báo cơ quan BHXH nơi bạn ở" in html
    assert 'href="/doi-mat-khau/"' in html


def test_the_active_device_is_shown_with_a_way_out(own: Client, citizen: User) -> None:
    Device.objects.update(started_at="2026-11-02T01:05:00Z", last_used_at="2026-11-03T02:06:00Z")
    html = page(own)
    device = html.split("data-device", 1)[1].split("</div>", 1)[0]
    for fact in (
        "Chrome trên Android",
        "Thiết bị này",
        "08:05 02/11/2026",
        "09:06 03/11/2026",
        'action="/dang-xuat/"',
        "csrf",
    ):
        assert fact in device
    assert "chỉ mở trên một thiết bị" in html
    own.post("/dang-xuat/")
    assert own.get(PROFILE).status_code == 302


def test_sign_ins_are_listed_with_their_device_and_how_each_stands(own: Client, citizen: User) -> None:
    now = timezone.now()
    ended = {"ended_at": now, "ended_by": Device.Ending.TAKE_OVER}
    old = Device.objects.create(user=citizen, name="Firefox trên Windows", last_used_at=now, **ended)
    signed_in(citizen, None)
    signed_in(citizen, old)
    signed_in(citizen, old)
    signed_in(citizen, citizen.active_device, "device.taken_over")
    html = page(own)
    rows = [words(row) for row in html.split("data-login")[1:]]
    assert len(rows) == 4
    assert "Chrome trên Android" in rows[0]
    assert "bằng mật khẩu và mã" in rows[0]
    assert "Firefox trên Windows" in rows[1]
    assert "vì chuyển sang thiết bị khác" in rows[1]
    assert "Firefox trên Windows" in rows[2]
    assert "vì chuyển" not in rows[2]
    assert "Thiết bị chưa ghi tên" in rows[3]
    assert [("Thiết bị này" in row) for row in rows] == [True, False, False, False]


def test_two_phones_of_one_maker_are_told_apart_by_when_they_signed_in(own: Client, citizen: User) -> None:
    twin = Device.objects.create(user=citizen, name="Chrome trên Android", last_used_at=timezone.now())
    Device.objects.filter(pk=twin.pk).update(started_at="2026-11-02T01:05:00Z")
    signed_in(citizen, twin)
    signed_in(citizen, citizen.active_device)
    signed_in(citizen, citizen.active_device)
    own_rows, twins = [], []
    for row in map(words, page(own).split("data-login")[1:]):
        (own_rows if "Thiết bị này" in row else twins).append(row)
    assert (len(own_rows), len(twins)) == (2, 1)
    assert "thiết bị đăng nhập từ 08:05 02/11/2026" in twins[0]


def test_the_code_is_grouped_for_the_eye_and_one_number_to_copy(own: Client) -> None:
    html = page(own)
    assert words(html.split("Mã số BHXH, cũng là tên đăng nhập", 1)[1]).split()[0] == "9900000001"
    assert '<data class="grouped numeral" value="9900000001">' in html


def test_the_latest_sign_ins_are_listed_and_the_page_says_so(own: Client, citizen: User) -> None:
    for _ in range(SHOWN_SIGN_INS + 1):
        signed_in(citizen, citizen.active_device)
    html = page(own)
    assert html.count("data-login") == SHOWN_SIGN_INS
    assert f"Chỉ hiện {SHOWN_SIGN_INS} lần gần đây nhất" in html


def test_nothing_happened_yet_is_said_in_a_sentence(own: Client) -> None:
    html = page(own)
    assert "Chưa có lần đăng nhập nào" in part(html, "dang-nhap")
    assert "Chưa có ai mở xem thông tin của bạn" in part(html, "ai-da-xem")
    assert "Chưa có ai mở xem thông tin của bạn" in page(own, LOOKS)


def test_the_profile_shows_the_latest_five_looks_and_leads_to_all(own: Client, person: Person) -> None:
    looked(person, factories.officer(), times=7)
    html = page(own)
    assert html.count("data-look") == 5
    assert f'href="{LOOKS}"' in html
    assert page(own, LOOKS).count("data-look") == 7


@pytest.mark.parametrize("path", [PROFILE, LOOKS])
def test_the_pages_are_the_citizens_own(client: Client, path: str) -> None:
    asked = client.get(path)
    assert (asked.status_code, asked.url) == (302, f"/dang-nhap/?next={path}")
    administrator = factories.officer("quantri", office=None, is_superuser=True)
    for user in (factories.officer(), factories.desk(), administrator):
        assert factories.signed_in(user).get(path).status_code == 404


@pytest.mark.parametrize("path", [PROFILE, LOOKS])
def test_the_pages_are_never_kept_and_have_no_style_of_their_own(own: Client, path: str) -> None:
    response = own.get(path)
    assert "no-store" in response["Cache-Control"]
    assert b" style=" not in response.content


def test_the_looks_are_only_read_and_the_profile_takes_nothing_but_a_language(own: Client, citizen: User) -> None:
    assert own.post(LOOKS).status_code == 405
    before = User.objects.filter(pk=citizen.pk).values().get()
    own.post(PROFILE, {"language": "vi", "phone": "0999000009", "email": "a@example.vn", "is_active": ""})
    assert User.objects.filter(pk=citizen.pk).values().get() == before


@pytest.mark.parametrize("path", [PROFILE, LOOKS])
def test_looking_at_ones_own_is_no_event(own: Client, path: str) -> None:
    before = Event.objects.count()
    page(own, path)
    assert Event.objects.count() == before


@pytest.mark.parametrize("path", [PROFILE, LOOKS])
def test_the_number_of_queries_does_not_grow(
    own: Client, citizen: User, person: Person, path: str, django_assert_max_num_queries
) -> None:
    # Session and user; person, device; sign-ins and their devices; looks, who looked, and where.
    most = {PROFILE: 10, LOOKS: 5}[path]
    with django_assert_max_num_queries(most) as with_none:
        page(own, path)
    counts = []
    for times in (1, 60):
        for number in range(times):
            place = factories.facility(f"{number:05d}", f"Trạm {number}")
            desk = factories.desk(f"desk-{times}-{number}", facility=place)
            looked(person, desk, action="card.checked", facility=place.code)
            looked(person, factories.officer(f"canbo-{times}-{number}"))
            device = Device.objects.create(user=citizen, name="Chrome", last_used_at=timezone.now())
            signed_in(citizen, device)
        with django_assert_max_num_queries(most) as captured:
            page(own, path)
        counts.append(len(captured))
    assert counts == [most, most]
    assert len(with_none) <= most


@pytest.mark.parametrize(("path", "current"), [(PROFILE, "page"), (LOOKS, "true")])
def test_the_menu_shows_where_one_is(own: Client, path: str, current: str) -> None:
    header = page(own, path).split("<header", 1)[1].split("</header>", 1)[0]
    menu = header.split("<nav", 1)[1].split("</nav>", 1)[0]
    assert re.findall(r'href="([^"]+)" aria-current="(\w+)"', menu) == [(PROFILE, current)]
    assert "Quá trình tham gia" in words(menu)
    assert words(header).count("Đăng xuất") == 1


def test_a_clinic_has_its_own_menu_and_no_citizens_pages_in_it() -> None:
    header = page(factories.signed_in(factories.desk()), "/").split("<header", 1)[1].split("</header>", 1)[0]
    assert re.findall(r'href="([^"]+)"', header) == ["/", "/co-so-kcb/", "/doi-mat-khau/"]
    assert "Đăng xuất" in header


def test_a_clinic_finds_its_way_in_from_the_foot_of_every_open_page(client: Client) -> None:
    footer = page(client, "/").split("<footer", 1)[1]
    assert re.search(r'href="/dang-nhap/">Cơ sở khám chữa bệnh', footer)


def test_a_name_is_never_markup(own: Client, person: Person) -> None:
    Person.objects.filter(pk=person.pk).update(full_name="<b>Tên</b>", address="<i>thôn</i>")
    Device.objects.update(name="<u>máy</u>")
    looked(person, factories.desk(facility=factories.facility("01021", "<s>viện</s>")))
    html = page(own)
    for markup in ("<b>T", "<i>th", "<u>m", "<s>v"):
        assert markup not in html
    assert html.count("&lt;/") == 4
