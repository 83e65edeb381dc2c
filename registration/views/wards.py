"""Wards found by what is typed: for the address page, and for its script while somebody types."""

from __future__ import annotations

from typing import NamedTuple

from django.http import Http404, HttpRequest, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from accounts import limits
from accounts.errors import TooManyRequests
from accounts.form_rendering import mark_refused
from accounts.limits import client_address
from accounts.models import Ward
from registration import places
from registration.models import Declaration
from registration.views.rights import own_draft
from registration.ward_search import MOST_FOUND
from registration.workflow import State


class Found(NamedTuple):
    """What a search came to, and the sentence that says it."""

    wards: list[Ward]
    words: str
    refusal: TooManyRequests | None = None


@require_POST
@never_cache
def found(request: HttpRequest) -> JsonResponse:
    """`{"found": [{"ward": code, "label": name}], "words": sentence}`, for the browser that is filling in a draft."""
    draft = own_draft(request)
    if draft is None or draft.state != State.DRAFT:
        raise Http404
    search = find(request, draft)
    rows = [{"ward": ward.pk, "label": label(ward)} for ward in search.wards]
    response = JsonResponse({"found": rows, "words": search.words})
    mark_refused(response, search.refusal)
    return response


def find(request: HttpRequest, draft: Declaration) -> Found:
    """The wards of the name in `place`; none, and a sentence that says so, once the limit is used up."""
    try:
        limits.hit_together(("place.address", client_address(request)), ("place.draft", str(draft.pk)))
    except TooManyRequests as refusal:
        return Found([], str(refusal), refusal)
    wards = places.find_wards(request.POST.get("place", ""))
    return Found(wards, _words(len(wards)))


def label(ward: Ward) -> str:
    return f"{ward.full_name}, {ward.province.full_name}"


def _words(count: int) -> str:
    if not count:
        return _("Chưa thấy phường/xã nào tên như vậy. Thử tên khác, hoặc chọn tỉnh rồi chọn trong danh sách.")
    if count == MOST_FOUND:
        return _("%(count)d phường/xã gần đúng nhất. Chưa thấy thì gõ thêm tên tỉnh.") % {"count": count}
    return _("Tìm thấy %(count)d phường/xã. Bấm vào nơi bạn ở.") % {"count": count}
