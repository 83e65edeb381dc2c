from accounts.models.account_alert import AccountAlert
from accounts.models.alarm import Alarm
from accounts.models.device import Device
from accounts.models.directory import Facility, FormerProvince, Office, Province, Ward
from accounts.models.event import AppendOnlyError, Event
from accounts.models.event_seal import EventSeal
from accounts.models.installation import Installation, RateCount
from accounts.models.message import InboxMessage, Message, MessageMinute, MessageState, UnknownReport
from accounts.models.one_time_code import OneTimeCode
from accounts.models.person import IdKind, LivingArea, Person, Sex, validate_bhxh_code
from accounts.models.recovery_code import RecoveryCode
from accounts.models.user import Language, User

__all__ = [
    "AccountAlert",
    "Alarm",
    "AppendOnlyError",
    "Device",
    "Event",
    "EventSeal",
    "Facility",
    "FormerProvince",
    "IdKind",
    "InboxMessage",
    "Installation",
    "Language",
    "LivingArea",
    "Message",
    "MessageMinute",
    "MessageState",
    "Office",
    "OneTimeCode",
    "Person",
    "Province",
    "RateCount",
    "RecoveryCode",
    "Sex",
    "UnknownReport",
    "User",
    "Ward",
    "validate_bhxh_code",
]
