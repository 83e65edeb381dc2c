"""The declaration on paper, for whoever may read the file."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts import limits
from registration.services.printing import print_sheet
from registration.views.rights import readable_file


@require_safe
@never_cache
def sheet(request: HttpRequest) -> HttpResponse:
    """404 for whoever may not read the file, and once its data is erased."""
    declaration = readable_file(request)
    if declaration is None or declaration.erased_at is not None:
        raise Http404
    limits.hit("sheet.file", str(declaration.pk))
    response = HttpResponse(print_sheet(declaration), content_type="application/pdf")
    response["Content-Disposition"] = 'attachment; filename="to-khai.pdf"'
    return response
