"""The rule for every address of the portal, and everybody it is walked as."""

from __future__ import annotations

from collections.abc import Iterator

CITIZENS = ("citizen", "neighbour")
CLINICS = ("clinic", "other_clinic", "manager")
OFFICERS = ("officer", "other_officer", "commune_officer", "supervisor", "administrator")
PEOPLE = ("anonymous", "newcomer", *CITIZENS, *CLINICS, *OFFICERS)

# What an answer comes to: its status, or the name of the page it leads to.
Outcome = int | str
Rule = dict[str, Outcome]
LOGIN, STAFF_LOGIN, OWN_PASSWORD = "→ accounts:login", "→ admin:login", "→ accounts:change_password"


def rule(everyone: Outcome, **exceptions: Outcome) -> Rule:
    """Whoever came in with a one-time password sets their own first, wherever they wanted to go."""
    return {**dict.fromkeys(PEOPLE, everyone), "newcomer": OWN_PASSWORD, **exceptions}


def staff(everyone: Outcome, **exceptions: Outcome) -> Rule:
    """Who is no staff is led to the desk's own login."""
    return rule(STAFF_LOGIN, **{**dict.fromkeys(OFFICERS, everyone), **exceptions})


OPEN = rule(200)
OWN_DATA = rule(404, anonymous=LOGIN, **dict.fromkeys(CITIZENS, 200))
CLINIC_DESK = rule(404, anonymous=LOGIN, **dict.fromkeys(CLINICS, 200))
# Where whoever is signed in already belongs.
HOME = {
    **dict.fromkeys(CITIZENS, "→ cards:card"),
    **dict.fromkeys(CLINICS, "→ cards:clinic"),
    **dict.fromkeys(OFFICERS, "→ admin:index"),
}
NEEDS_A_DRAFT = rule("→ registration:phone")
NEEDS_A_FILE = rule("→ registration:track")
NEEDS_A_NAME = rule("→ accounts:reset")
# A change of number that nobody has begun.
NEEDS_A_NUMBER = rule(404, anonymous=LOGIN, **dict.fromkeys(CITIZENS, "→ accounts:phone"))
TO_POST_ONLY = rule(405, newcomer=405)

PAGES = {
    "": OPEN,
    "ngon-ngu/": TO_POST_ONLY,
    "manifest.webmanifest": OPEN,
    "healthz": OPEN,
    "readyz": OPEN,
    "dang-nhap/": rule(200, **HOME),
    "dang-nhap/chuyen-thiet-bi/": rule(LOGIN, **HOME),
    "dang-nhap/chuyen-thiet-bi/ma-du-phong/": rule(LOGIN, **HOME),
    "dang-nhap/khong-phai-toi/": rule(405),
    "dang-nhap/xac-thuc/": rule(LOGIN, **HOME),
    "xac-thuc-hai-buoc/": rule(LOGIN, **HOME),
    "quen-mat-khau/": OPEN,
    "quen-mat-khau/ma/": NEEDS_A_NAME,
    "quen-mat-khau/mat-khau-moi/": NEEDS_A_NAME,
    "dang-xuat/": TO_POST_ONLY,
    "doi-mat-khau/": rule(200, anonymous=LOGIN, newcomer=200),
    "tai-khoan/": OWN_DATA,
    "tai-khoan/luot-xem/": OWN_DATA,
    "tai-khoan/nhat-ky/": OWN_DATA,
    "tai-khoan/anh/": OWN_DATA,
    "tai-khoan/ma-du-phong/": OWN_DATA,
    "tai-khoan/dien-thoai/": OWN_DATA,
    "tai-khoan/dien-thoai/ma/": NEEDS_A_NUMBER,
    "tai-khoan/dien-thoai/ma-du-phong/": NEEDS_A_NUMBER,
    "tai-khoan/dien-thoai/ma-so-moi/": NEEDS_A_NUMBER,
    "tin-nhan/": OPEN,
    "tin-nhan/ma/<slug:purpose>/": rule(204),
    "tin-nhan/bao-cao/<slug:name>/": rule(404, newcomer=404),
    "hop-thu-sms/": rule(404),
    "dang-ky/": OPEN,
    "dang-ky/ca-nhan/": OPEN,
    "dang-ky/ca-nhan/ma/": NEEDS_A_DRAFT,
    "dang-ky/ca-nhan/to-khai/": rule(405),
    "dang-ky/ca-nhan/thong-tin/": NEEDS_A_DRAFT,
    "dang-ky/ca-nhan/anh/": NEEDS_A_DRAFT,
    "dang-ky/ca-nhan/anh/dien-thoai/": NEEDS_A_DRAFT,
    "dang-ky/ca-nhan/anh/<slug:kind>/": rule(404),
    "dang-ky/anh/": rule(404),
    "dang-ky/anh/<slug:token>/": rule(404),
    "dang-ky/ca-nhan/dia-chi/": NEEDS_A_DRAFT,
    "dang-ky/ca-nhan/dia-chi/tim/": rule(405),
    "dang-ky/ca-nhan/kiem-tra/": NEEDS_A_DRAFT,
    "dang-ky/ca-nhan/xong/": rule("→ registration:start"),
    "dang-ky/ca-nhan/xong/tin-nhan/": rule(204),
    "ho-so/": OPEN,
    "ho-so/to-khai.pdf": rule(404),
    "dang-ky/ca-nhan/xoa/": NEEDS_A_DRAFT,
    "ho-so/du-lieu.json": NEEDS_A_FILE,
    "ho-so/xoa/": NEEDS_A_FILE,
    "ho-so/ma/": NEEDS_A_FILE,
    "ho-so/chi-tiet/": NEEDS_A_FILE,
    "ho-so/anh/<slug:kind>/": rule(404),
    "ho-so/bo-sung/": NEEDS_A_FILE,
    "ho-so/bo-sung/dien-thoai/": NEEDS_A_FILE,
    "ho-so/bo-sung/anh/<slug:kind>/": rule(404),
    "ho-so/rut/": NEEDS_A_FILE,
    "the-bhyt/": OWN_DATA,
    "qua-trinh-tham-gia/": OWN_DATA,
    "co-so-kcb/": CLINIC_DESK,
    "co-so-kcb/anh/<int:event_id>/": CLINIC_DESK | {"other_clinic": 404, "manager": 404},
    "co-so-kcb/luot-xem/": CLINIC_DESK | {"clinic": 403, "other_clinic": 403},
}

# Files of one office, for its own officers; the commune's here has another ward, an administrator without an office
# sees none.
OWN_FILES = staff(404, officer=200, supervisor=200, administrator=403)
FILE = "admin/registration/declaration/"
NEVER = staff(403)
BACK_TO_THE_FILE = "→ admin:registration_declaration_change"
DECISION = OWN_FILES | {"officer": BACK_TO_THE_FILE, "supervisor": BACK_TO_THE_FILE}  # nothing decided
UNKNOWN_TO_DJANGO = "→ admin:index"  # its answer for an object that is not there
DESK_PAGES = {
    "admin/": staff(200),
    "admin/login/": rule(200, **dict.fromkeys(OFFICERS, "→ admin:index")),
    "admin/logout/": rule("→ admin:index", **dict.fromkeys(OFFICERS, 405)),
    "admin/password_change/": staff(OWN_PASSWORD),
    "admin/password_change/done/": staff(200),
    "admin/autocomplete/": NEVER,
    "admin/jsi18n/": staff(200),
    "admin/r/<path:content_type_id>/<path:object_id>/": staff(404),
    "admin/^(?P<app_label>…)/$": staff(200, commune_officer=404),
    "admin/(?P<url>.*)$": staff(404),
    FILE: staff(200, administrator=403),
    f"{FILE}add/": NEVER,
    f"{FILE}<path:object_id>/": staff("→ admin:registration_declaration_change"),
    f"{FILE}<path:object_id>/change/": OWN_FILES,
    f"{FILE}<path:object_id>/history/": staff(UNKNOWN_TO_DJANGO, officer=200, supervisor=200),
    f"{FILE}<path:object_id>/delete/": NEVER,
    f"{FILE}<int:pk>/receive/": DECISION,
    f"{FILE}<int:pk>/accept/": DECISION,
    f"{FILE}<int:pk>/refuse/": DECISION,
    f"{FILE}<int:pk>/ask/": DECISION,
    f"{FILE}<int:pk>/resend/": DECISION,
    f"{FILE}<int:pk>/message/<int:message_id>/resend/": DECISION,
    f"{FILE}<int:pk>/photo/<slug:kind>/": OWN_FILES,
}

# What an administrator may open of every other model, and no officer.
READ, EDIT, ALL = "change history", "add change history", "add change history delete"
MODELS = {
    "accounts/province": EDIT,
    "accounts/facility": EDIT,
    "accounts/ward": EDIT,
    "accounts/office": EDIT,
    "accounts/formerprovince": READ,
    "accounts/unknownreport": READ,
    "accounts/person": READ,
    "accounts/user": EDIT,
    "cards/benefitlevel": ALL,
    "cards/objectgroup": ALL,
    "cards/card": READ,
    "cards/participationperiod": READ,
    "otp_totp/totpdevice": READ,
}


def pages_of(model: str, allowed: str) -> Iterator[tuple[str, Rule]]:
    front, one = f"admin/{model}/", f"admin/{model}/<path:object_id>/"
    yield front, staff(403, administrator=200)
    yield one, staff(f"→ admin:{model.replace('/', '_')}_change")
    pages = {"add": f"{front}add/", **{name: f"{one}{name}/" for name in ("change", "history", "delete")}}
    for name, route in pages.items():
        yield route, staff(403, administrator=200 if name in allowed.split() else 403)


DESK_PAGES["admin/otp_totp/totpdevice/<int:pk>/reset/"] = staff(403, administrator=200)
DESK_PAGES["admin/accounts/message/<int:pk>/resend/"] = staff(403, administrator="→ admin:accounts_message_change")
DESK_PAGES["admin/accounts/alarm/<int:pk>/close/"] = staff(403, administrator="→ admin:accounts_alarm_change")
DESK_PAGES["admin/accounts/user/<int:pk>/end-device/"] = staff(403, officer=200, other_officer=404, administrator=200)
# What a supervisor reads beside an administrator, and what an office's reviewers have of their own area.
SUPERVISED = ("accounts/event", "accounts/message", "accounts/alarm")
ALERT = "admin/accounts/accountalert/"
OWN_ALERTS = staff(200, other_officer=404, commune_officer=403)
BACK_TO_THE_ALERT = "→ admin:accounts_accountalert_change"
ALERTS = {
    ALERT: staff(200, commune_officer=403),
    f"{ALERT}add/": NEVER,
    f"{ALERT}<path:object_id>/": staff(BACK_TO_THE_ALERT),
    f"{ALERT}<path:object_id>/change/": OWN_ALERTS,
    f"{ALERT}<path:object_id>/history/": OWN_ALERTS
    | {"other_officer": UNKNOWN_TO_DJANGO, "commune_officer": UNKNOWN_TO_DJANGO},
    f"{ALERT}<path:object_id>/delete/": NEVER,
    f"{ALERT}<int:pk>/close/": OWN_ALERTS
    | dict.fromkeys(("officer", "supervisor", "administrator"), BACK_TO_THE_ALERT),
}

# Requests to erase a file are its whole office's; who sees no files, or a ward's alone, sees none of them.
ERASURE = "admin/registration/erasurerequest/"
OWN_ERASURES = staff(404, officer=200, supervisor=200, commune_officer=403, administrator=403)
BACK_TO_THE_ERASURE = "→ admin:registration_erasurerequest_change"
ANSWER = OWN_ERASURES | dict.fromkeys(("officer", "supervisor"), BACK_TO_THE_ERASURE)
ERASURES = {
    ERASURE: staff(200, commune_officer=403, administrator=403),
    f"{ERASURE}add/": NEVER,
    f"{ERASURE}<path:object_id>/": staff(BACK_TO_THE_ERASURE),
    f"{ERASURE}<path:object_id>/change/": OWN_ERASURES,
    f"{ERASURE}<path:object_id>/history/": staff(UNKNOWN_TO_DJANGO, officer=200, supervisor=200),
    f"{ERASURE}<path:object_id>/delete/": NEVER,
    f"{ERASURE}<int:pk>/grant/": ANSWER,
    f"{ERASURE}<int:pk>/refuse/": ANSWER,
}

TABLE = {**PAGES, **DESK_PAGES}
for model, allowed in MODELS.items():
    TABLE.update(pages_of(model, allowed))
for model in SUPERVISED:
    for route, answers in pages_of(model, READ):
        TABLE[route] = answers | {"supervisor": answers["administrator"]}
TABLE.update(ALERTS)
TABLE.update(ERASURES)

# No browser calls it: a provider proves itself by a token, a signature or its address.
PROVED_OTHERWISE = {"tin-nhan/bao-cao/<slug:name>/"}
# Asks nobody who they are.
CHANGES_WORDS_ONLY = {"ngon-ngu/"}
# Nobody's data: these alone may be kept by a browser.
NOBODYS_DATA = {"", "manifest.webmanifest", "healthz", "readyz", "admin/jsi18n/", "admin/password_change/done/"}
ONLY_TO_READ = {
    "dang-ky/ca-nhan/anh/<slug:kind>/",
    "dang-ky/ca-nhan/xong/",
    "dang-ky/ca-nhan/xong/tin-nhan/",
    "ho-so/to-khai.pdf",
    "ho-so/du-lieu.json",
    "ho-so/anh/<slug:kind>/",
    "ho-so/bo-sung/anh/<slug:kind>/",
    "hop-thu-sms/",
    "tin-nhan/ma/<slug:purpose>/",
    "qua-trinh-tham-gia/",
    "tai-khoan/anh/",
    "tai-khoan/luot-xem/",
    "tai-khoan/nhat-ky/",
    "the-bhyt/",
    "co-so-kcb/luot-xem/",
    "co-so-kcb/anh/<int:event_id>/",
}
