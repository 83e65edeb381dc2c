"""Where one lives and which office takes the file: one province's wards and offices, never the country's."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client

from accounts.models import Office, Province, Ward
from registration.models import Declaration
from tests.factories import office, province, ward
from tests.registration.walking import ADDRESS, ANSWERS, CHECK, IDENTITY, PHOTOS, Page, open_draft, pictures, places

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(client: Client) -> Declaration:
    draft = open_draft(client)
    client.post(IDENTITY, ANSWERS)
    client.post(PHOTOS, pictures())
    return draft


@pytest.fixture
def elsewhere() -> Ward:
    """A ward of another province, with offices of its own."""
    there = province("79", "Hồ Chí Minh")
    office("079", "Bảo hiểm xã hội Thành phố Hồ Chí Minh", Office.Level.PROVINCE)
    Office.objects.filter(pk="079").update(province=there)
    office("07906", "Bảo hiểm xã hội cơ sở Bến Thành")
    Office.objects.filter(pk="07906").update(province=there)
    return ward("26743", "Bến Thành", province=there)


@pytest.fixture
def provincial() -> Office:
    return office("001", "Bảo hiểm xã hội Thành phố Hà Nội", Office.Level.PROVINCE)


def choose_province(client: Client, **typed: str) -> Page:
    return Page(client.post(ADDRESS, {**places(), **typed, "choose_province": "1"}))


def values(page: Page, name: str) -> set[str]:
    return {option["value"] for option in page.options(name)} - {""}


@pytest.mark.usefixtures("draft")
@pytest.mark.parametrize("name", ["province", "ward", "address"])
def test_a_required_answer_left_out_is_named_at_its_field_and_the_rest_is_kept(client: Client, name: str) -> None:
    typed = places(**{name: ""}, email="mau@example.vn")
    page = Page(client.post(ADDRESS, typed))
    assert page.refusal(name).startswith(("Chọn", "Nhập"))
    assert (page.value("address"), page.value("email")) == (typed["address"], "mau@example.vn")
    assert Declaration.objects.get().ward is None


@pytest.mark.usefixtures("draft")
def test_an_email_may_be_left_out_and_a_wrong_one_is_refused_with_an_example(client: Client) -> None:
    page = Page(client.post(ADDRESS, places(email="khong phai email")))
    assert "example.vn" in page.refusal("email")
    assert page.value("ward") == "00004"
    assert client.post(ADDRESS, places()).url == CHECK


@pytest.mark.usefixtures("draft")
def test_an_email_longer_than_the_file_can_hold_is_refused_on_the_page(client: Client) -> None:
    longest = Declaration._meta.get_field("email").max_length
    page = client.post(ADDRESS, places(email=f"{'a' * longest}@example.vn"))
    assert page.status_code == 200
    assert Page(page).refusal("email")


@pytest.mark.usefixtures("draft")
@pytest.mark.parametrize("typed", ["\u200b", " \u200b ", "\ufeff\u200d"])
def test_an_address_of_only_invisible_characters_is_refused_not_sent_round_in_circles(
    client: Client, typed: str
) -> None:
    response = client.post(ADDRESS, places(address=typed))
    assert response.status_code == 200
    assert Page(response).refusal("address")


@pytest.mark.usefixtures("draft")
def test_an_address_of_201_characters_is_refused_and_200_are_taken(client: Client) -> None:
    assert "200" in Page(client.post(ADDRESS, places(address="Đ" * 201))).refusal("address")
    assert client.post(ADDRESS, places(address="Đ" * 200)).url == CHECK


def test_a_ward_of_another_province_is_refused(client: Client, draft: Declaration, elsewhere: Ward) -> None:
    page = Page(client.post(ADDRESS, places(ward=elsewhere.pk)))
    assert "không thuộc tỉnh" in page.refusal("ward")
    draft.refresh_from_db()
    assert draft.ward is None


def test_an_office_of_another_province_is_refused(client: Client, draft: Declaration, elsewhere: Ward) -> None:
    page = Page(client.post(ADDRESS, places(office="07906")))
    assert "không thuộc tỉnh" in page.refusal("office")
    draft.refresh_from_db()
    assert draft.office is None


def test_a_province_that_is_closed_or_unknown_is_refused(client: Client, draft: Declaration) -> None:
    typed = places()
    Province.objects.filter(pk=typed["province"]).update(valid_to=date(2025, 6, 30))
    assert Page(client.post(ADDRESS, typed)).refusal("province")
    assert Page(client.post(ADDRESS, {**typed, "province": "zz"})).refusal("province")
    draft.refresh_from_db()
    assert draft.province is None


@pytest.mark.usefixtures("draft")
def test_a_ward_no_longer_in_force_is_not_offered(client: Client) -> None:
    ward("00005", "Cũ", valid_to=date(2025, 6, 30))
    assert values(choose_province(client), "ward") == {"00004"}


@pytest.mark.usefixtures("draft", "elsewhere")
def test_before_a_province_is_chosen_no_ward_of_the_country_is_listed(client: Client) -> None:
    page = Page(client.get(ADDRESS))
    assert values(page, "ward") == values(page, "office") == set()
    assert values(page, "province") >= {"79"}


@pytest.mark.usefixtures("draft")
def test_choosing_a_province_shows_its_wards_only_and_keeps_everything_typed(client: Client, elsewhere: Ward) -> None:
    typed = {"province": "79", "ward": "", "office": "", "address": "Số 12 ngõ 3", "email": "mau@example.vn"}
    page = choose_province(client, **typed)
    assert values(page, "ward") == {elsewhere.pk}
    assert values(page, "office") == {"079", "07906"}
    assert (page.value("address"), page.value("email"), page.value("province")) == (
        "Số 12 ngõ 3",
        "mau@example.vn",
        "79",
    )
    assert not page.alert
    assert Declaration.objects.get().province is None


@pytest.mark.usefixtures("draft", "provincial")
def test_an_office_left_out_is_asked_for_with_the_wards_own_standing_ready_and_nothing_is_saved(client: Client) -> None:
    page = Page(client.post(ADDRESS, places(office="")))
    assert "Ba Đình" in page.refusal("office")
    assert page.value("office") == "00101"
    assert Declaration.objects.get().office is None


@pytest.mark.usefixtures("draft", "elsewhere", "provincial")
def test_a_ward_without_an_office_of_its_name_gets_the_province_office_suggested(client: Client) -> None:
    ward("26744", "Cần Giờ", province=province("79"))
    page = Page(client.post(ADDRESS, places(province="79", ward="26744", office="")))
    assert page.value("office") == "079"


@pytest.mark.usefixtures("draft", "elsewhere", "provincial")
def test_without_a_ward_no_office_is_suggested(client: Client) -> None:
    page = choose_province(client, province="79", ward="", office="")
    assert page.value("office") == ""


@pytest.mark.usefixtures("draft", "elsewhere", "provincial")
def test_an_office_of_the_province_left_behind_is_not_kept_on_choosing_another(client: Client) -> None:
    page = choose_province(client, province="79", ward="", office="001")
    assert values(page, "office") == {"079", "07906"}
    assert page.value("office") == page.value("ward") == ""


@pytest.mark.usefixtures("draft", "provincial")
def test_the_local_office_named_after_the_ward_is_suggested(client: Client) -> None:
    assert choose_province(client, office="").value("office") == "00101"


@pytest.mark.usefixtures("draft", "provincial")
def test_an_office_already_chosen_is_not_replaced_by_the_suggestion(client: Client) -> None:
    assert choose_province(client, office="001").value("office") == "001"


@pytest.mark.usefixtures("draft", "provincial")
def test_what_was_saved_is_there_again_on_coming_back(client: Client) -> None:
    office()
    client.post(ADDRESS, places(office="001", address="Thôn Đoài", email="mau@example.vn"))
    page = Page(client.get(ADDRESS))
    assert {name: page.value(name) for name in ("province", "ward", "address", "email", "office")} == {
        "province": "01",
        "ward": "00004",
        "address": "Thôn Đoài",
        "email": "mau@example.vn",
        "office": "001",
    }


@pytest.mark.usefixtures("draft")
@pytest.mark.parametrize(
    ("provenance", "said"),
    [
        ("code and name public", "đã được công bố"),
        ("code public (office before 2025), name by the rule since 2025-07", "minh họa"),
        ("name by rule, code inferred", "minh họa"),
        ("a source of an operator's own", "minh họa"),
        ("", ""),
    ],
)
def test_the_chosen_office_says_what_of_it_is_inferred(client: Client, provenance: str, said: str) -> None:
    typed = places()
    Office.objects.filter(pk=typed["office"]).update(provenance=provenance)
    client.post(ADDRESS, typed)
    page = Page(client.get(ADDRESS))
    (note,) = [element for element in page.elements if element.get("data-office-note") is not None]
    assert said in note.text
    assert bool(note.text) == bool(provenance)
    (chosen,) = [option for option in page.options("office") if "selected" in option.attributes]
    assert (chosen.get("data-note") or "") == note.text


@pytest.mark.usefixtures("draft")
def test_an_office_whose_list_says_nothing_of_it_is_not_called_illustrative(client: Client) -> None:
    assert "minh họa" not in choose_province(client).html
