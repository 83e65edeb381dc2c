"""The demo's phones: every message as its receiver sees it. Not there outside demo mode."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.models import InboxMessage, Message

SHOWN_AT_MOST = 200


@dataclass(frozen=True)
class InboxRow:
    message: Message
    text: str


@require_safe
@never_cache
def inbox(request: HttpRequest) -> HttpResponse:
    if not settings.DEMO_MODE:
        raise Http404
    rows = _rows()
    if request.GET.get("format") == "json":
        return JsonResponse([_as_json(row) for row in rows], safe=False)
    return render(request, "accounts/inbox.html", {"rows": rows, "shown_at_most": SHOWN_AT_MOST})


def _rows() -> list[InboxRow]:
    sent = list(Message.objects.exclude(to="")[:SHOWN_AT_MOST])  # a letter reaches no phone
    copies = InboxMessage.objects.filter(reference__in=[message.pk for message in sent])
    texts = dict(copies.values_list("reference", "text"))
    return [InboxRow(message, texts.get(message.pk, "")) for message in sent]


def _as_json(row: InboxRow) -> dict[str, str]:
    return {
        "to": str(row.message.to),
        "kind": row.message.kind,
        "text": row.text,
        "status": row.message.state,
        "at": timezone.localtime(row.message.created_at).isoformat(),
    }
