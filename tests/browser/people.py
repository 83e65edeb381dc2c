"""The demo people these tests walk as, each in one test only: who registers, and whose account is made beforehand."""

from __future__ import annotations

from dataclasses import dataclass, replace

# From the code of a demo person to that of the one like them who reads English.
TWINS_ARE_APART = 20


@dataclass(frozen=True)
class Holder:
    """Of an account, with the phone its codes go to."""

    code: str

    @property
    def phone(self) -> str:
        return f"09990000{self.code[-2:]}"


@dataclass(frozen=True, kw_only=True)
class Citizen(Holder):
    """What the person types, and what the portal is to show; lives in Phường Ba Đình and has no account yet."""

    full_name: str
    birth_date: str
    sex: str
    id_number: str
    id_kind: str = "cccd"
    card_state: str = "active"
    participation: str = ""


MAU = Citizen(
    code="9900000001",
    full_name="Nguyễn Văn Mẫu",
    birth_date="15/08/1985",
    sex="male",
    id_number="001085999001",
    participation="18 năm 2 tháng",
)
PHAM_Y = Citizen(
    code="9900000007",
    full_name="Phạm Ỷ",
    birth_date="03/03/1950",
    sex="male",
    id_kind="cmnd",
    id_number="019999007",
    participation="16 năm 7 tháng",
)
UU = Citizen(
    code="9900000008",
    full_name="Vũ Đức Ưu",
    birth_date="11/11/1999",
    sex="male",
    id_number="001099999008",
    card_state="expired",
)
VINH = Citizen(
    code="9900000015",
    full_name="Trương Thế Vinh",
    birth_date="30/01/1980",
    sex="male",
    id_number="001080999015",
    card_state="not_started",
    participation="Chưa có tháng",
)
THAO = Citizen(
    code="9900000019",
    full_name="Mai Phương Thảo",
    birth_date="27/03/1997",
    sex="female",
    id_number="001197999019",
    participation="6 năm 9 tháng",
)
# Reads English.
THAOS_TWIN = replace(THAO, code="9900000039", id_number="001197999039")
# Not in the register: files, and is never accepted.
LY = Citizen(
    code="9900000074",
    full_name="Lý Thị Chậm",
    birth_date="09/09/1990",
    sex="female",
    id_number="001190999074",
)
