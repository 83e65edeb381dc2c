from accounts.models.account_alert import AccountAlert
from accounts.models.device import Device
from accounts.models.directory import Facility, FormerProvince, Office, Province, Ward
from accounts.models.event import AppendOnlyError, Event
from accounts.models.event_seal import EventSeal
from accounts.models.installation import Installation, RateCount
from accounts.models.message import InboxMessage, Message, MessageState
from accounts.models.one_time_code import OneTimeCode
from accounts.models.person import IdKind, LivingArea, Person, Sex, validate_bhxh_code
from accounts.models.recovery_code import RecoveryCode
from accounts.models.user import User

__all__ = [
    "AccountAlert",
    "AppendOnlyError",
    "Device",
    "Event",
    "EventSeal",
    "Facility",
    "FormerProvince",
    "IdKind",
    "InboxMessage",
    "Installation",
    "LivingArea",
    "Message",
    "MessageState",
    "Office",
    "OneTimeCode",
    "Person",
    "Province",
    "RateCount",
    "RecoveryCode",
    "Sex",
    "User",
    "Ward",
    "validate_bhxh_code",
]
