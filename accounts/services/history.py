"""What has happened to a citizen's account, as its owner reads it: every event about who can get in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.event_words import CODES
from accounts.models import Device, Event, User
from accounts.services import traces
from accounts.services.traces import PAGE

SHOWN_SIGN_INS = 20
SIGN_INS = ("session.started", "device.taken_over")
# A step is one of these; the words are its owner's.
STEPS: dict[str, Promise] = {
    "session.started": _("Đăng nhập bằng mật khẩu"),
    "device.taken_over": _("Đăng nhập bằng mật khẩu và mã, thiết bị trước thoát ra"),
    "session.ended": _("Đăng xuất"),
    "device.ended_by_staff": _("Cơ quan BHXH cho tài khoản thoát khỏi thiết bị"),
    "device.disputed": _("Có người bấm «Không phải tôi»: tài khoản bị khóa, mọi thiết bị thoát ra"),
    "account.unlocked": _("Tài khoản được mở khóa"),
    "account.issued": _("Tài khoản được cấp, mật khẩu một lần gửi tới điện thoại"),
    "credentials.reissued": _("Gửi mật khẩu một lần mới tới điện thoại; mật khẩu gửi trước không dùng được nữa"),
    "password.changed": _("Đặt mật khẩu mới"),
    "password.reset": _("Đặt lại mật khẩu bằng mã gửi tới điện thoại"),
    "phone.changed": _("Đổi số điện thoại nhận mã"),
    "language.changed": _("Đổi ngôn ngữ của tin nhắn"),
    "recovery_codes.made": _("Tạo mã dự phòng mới; mã dự phòng cũ không dùng được nữa"),
    "recovery_codes.used": _("Dùng một mã dự phòng"),
}
# In an event's detail, what the device beside the one it happened on is.
_OTHER_DEVICES = {"from": _("thiết bị trước: %(device)s"), "taker": _("thiết bị bị báo: %(device)s")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One event of the account; `who` is a place people know, and empty for what was done with the account itself."""

    at: datetime
    what: str
    device: Device | None
    other: str
    who: str
    reason: str
    is_sign_in: bool
    is_latest: bool  # of its device: where to say how that device stands


@dataclass(frozen=True, slots=True)
class StepPage:
    steps: Sequence[Step]
    older: int | None  # what the next page is asked with


def steps(user: User, *, before: int | None = None) -> StepPage:
    """The newest PAGE events of the account, or those older than the event `before`."""
    found = _events(user, tuple(STEPS), before=before, limit=PAGE + 1)
    return StepPage(_told(user, found[:PAGE]), found[PAGE - 1].pk if len(found) > PAGE else None)


def sign_ins(user: User) -> list[Step]:
    """The account's latest sign-ins, newest first."""
    return _told(user, _events(user, SIGN_INS, limit=SHOWN_SIGN_INS))


def _events(user: User, actions: Sequence[str], *, before: int | None = None, limit: int) -> list[Event]:
    if user.person_id is None:
        return []
    return list(traces.newest(user.person_id, actions, before=before, limit=limit))


def _told(user: User, events: Sequence[Event]) -> list[Step]:
    actors = traces.actors_of([event for event in events if _is_by_others(event, user)])
    devices = user.devices.in_bulk({pk for event in events for pk in _device_ids(event).values()})
    seen: set[int] = set()
    told = []
    for event in events:
        device = devices.get(_device_ids(event).get("device", 0))
        is_latest = device is not None and device.pk not in seen
        seen.update({device.pk} if device else ())
        who = traces.who(event, actors) if _is_by_others(event, user) else ""
        told.append(_step(event, device=device, other=_other(event, devices), who=who, is_latest=is_latest))
    return told


def _step(event: Event, *, device: Device | None, other: str, who: str, is_latest: bool) -> Step:
    return Step(
        at=event.at,
        what=str(STEPS[event.action]),
        device=device,
        other=other,
        who=who,
        reason=str(CODES["reason"].get(event.detail.get("reason", ""), "")),
        is_sign_in=event.action in SIGN_INS,
        is_latest=is_latest,
    )


def _is_by_others(event: Event, user: User) -> bool:
    return event.actor_id not in (None, user.pk)


def _device_ids(event: Event) -> dict[str, int]:
    return {key: event.detail[key] for key in ("device", *_OTHER_DEVICES) if isinstance(event.detail.get(key), int)}


def _other(event: Event, devices: Mapping[int, Device]) -> str:
    for key, words in _OTHER_DEVICES.items():
        device = devices.get(_device_ids(event).get(key, 0))
        if device is not None:
            return str(words) % {"device": device.described}
    return ""
