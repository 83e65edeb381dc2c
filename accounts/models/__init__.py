from accounts.models.device import Device
from accounts.models.directory import Facility, FormerProvince, Office, Province, Ward
from accounts.models.event import AppendOnlyError, Event
from accounts.models.installation import Installation, RateCount
from accounts.models.message import InboxMessage, Message, MessageState
from accounts.models.one_time_code import OneTimeCode
from accounts.models.person import IdKind, LivingArea, Person, Sex, validate_bhxh_code
from accounts.models.user import User

__all__ = [
    "AppendOnlyError",
    "Device",
    "Event",
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
    "Sex",
    "User",
    "Ward",
    "validate_bhxh_code",
]
