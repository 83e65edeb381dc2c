"""Everything that is held of one file, for its citizen to take along."""

from __future__ import annotations

from datetime import datetime
from typing import Any, cast

from django.utils import timezone
from phonenumber_field.phonenumber import PhoneNumber

from accounts.event_words import ACTIONS
from accounts.models import Event
from accounts.services import access, roles, traces
from registration import consent
from registration.models import Declaration, ErasureRequest, StoredPhoto
from registration.services import sms
from registration.workflow import REFUSAL_SENTENCES, State

LATEST_EVENTS = 1000
Rows = list[dict[str, Any]]


def export(declaration: Declaration) -> dict[str, Any]:
    """What `/ho-so/du-lieu.json` says: texts, numbers, lists and None only; times in ISO 8601 with their offset.

    Pictures are listed, not held; messages come without their texts. Of events
    the LATEST_EVENTS newest stand there. A refusal is told by its fixed sentence,
    as everywhere: with a phone of one's own one may declare anybody's number.
    """
    events = list(access.events_of("declaration", declaration.pk).order_by("-pk")[:LATEST_EVENTS])
    return {
        "exported_at": _time(timezone.now()),
        "file": _file(declaration),
        "answers": _answers(declaration),
        "consent": _consent(declaration),
        "photos": [{**_photo(photo), "read_from_code": photo.qr} for photo in declaration.photos.order_by("pk")],
        "photos_not_sent": [_photo(photo) for photo in declaration.replacements.order_by("pk")],
        "steps": [_happening(event) for event in events if not _is_look(event)],
        "supplements": _supplements(declaration),
        "messages": _messages(declaration),
        "looks": _looks([event for event in events if _is_look(event)]),
        "erasure": _erasure(declaration),
    }


def _file(declaration: Declaration) -> dict[str, Any]:
    moments = ("created_at", "filed_at", "received_at", "decided_at", "papers_deleted_at", "erased_at")
    return {
        "file_number": declaration.file_number,
        "state": declaration.state,
        "state_words": str(State(declaration.state).label),
        "office": str(declaration.office or ""),
        "refusal_reason": str(REFUSAL_SENTENCES.get(declaration.refusal_reason, "")),
        "language": declaration.language,
        **{name: _time(getattr(declaration, name)) for name in moments},
    }


def _answers(declaration: Declaration) -> dict[str, Any]:
    texts = ("full_name", "bhxh_code", "birth_date", "sex", "id_kind", "id_number", "address", "email")
    return {
        **{name: getattr(declaration, name) for name in texts},
        "phone": cast(PhoneNumber, declaration.phone).as_e164 if declaration.phone else "",
        "phone_proved_at": _time(declaration.phone_proved_at),
        "province": str(declaration.province or ""),
        "ward": str(declaration.ward or ""),
        "helper_name": declaration.helper_name,
        "helper_relation": declaration.helper_relation,
    }


def _consent(declaration: Declaration) -> dict[str, Any]:
    agreed = consent.of_version(declaration.consent_version)
    return {
        "version": declaration.consent_version,
        "digest": declaration.consent_digest,
        "agreed_at": _time(declaration.consented_at),
        "words": [*agreed.facts, agreed.consent, agreed.commitment],
    }


def _photo(photo: StoredPhoto) -> dict[str, Any]:
    return {
        "kind": photo.kind,
        "words": str(photo.get_kind_display()),
        "width": photo.width,
        "height": photo.height,
        "hints": photo.hints.split(),
        "received_at": _time(photo.created_at),
    }


def _supplements(declaration: Declaration) -> Rows:
    return [
        {
            "items": asked.items,
            "words": asked.words,
            "asked_at": _time(asked.asked_at),
            "due_at": _time(asked.due_at),
            "answered_at": _time(asked.answered_at),
        }
        for asked in declaration.supplements.order_by("pk")
    ]


def _messages(declaration: Declaration) -> Rows:
    return [{"about": told.about, "state": told.state_words, "at": _time(told.at)} for told in sms.of_file(declaration)]


def _is_look(event: Event) -> bool:
    return event.action in traces.LOOKS


def _happening(event: Event) -> dict[str, Any]:
    """By an officer or by the citizen; which officer is in `looks`, by office."""
    return {
        "what": str(ACTIONS.get(event.action, event.action)),
        "by_staff": event.actor_id is not None,
        "at": _time(event.at),
    }


def _looks(events: list[Event]) -> Rows:
    """By role and office: a login name is no one's business but its holder's."""
    actors = traces.actors_of(events)
    return [
        {
            "what": str(traces.LOOKS[event.action]),
            "who": traces.who(event, actors),
            "role": _role(actors, event),
            "at": _time(event.at),
        }
        for event in events
    ]


def _role(actors: traces.Actors, event: Event) -> str:
    actor = actors.users.get(event.actor_id or 0)
    return str(roles.Role(actor.role_name).label) if actor is not None and actor.role_name else ""


def _erasure(declaration: Declaration) -> dict[str, Any] | None:
    asked = ErasureRequest.objects.filter(declaration=declaration).first()
    if asked is None:
        return None
    return {
        "asked_at": _time(asked.asked_at),
        "decided_at": _time(asked.decided_at),
        "is_granted": asked.is_granted,
        "words": asked.words,
    }


def _time(moment: datetime | None) -> str | None:
    return timezone.localtime(moment).isoformat(timespec="seconds") if moment else None
