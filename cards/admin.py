"""Read-only lists for administrators. Opening someone's card or history is written down."""

from __future__ import annotations

from typing import cast

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.admin import AdministratorAdmin, ReadOnlyAdmin
from accounts.models import User
from accounts.services import access
from cards import selectors
from cards.models import BenefitLevel, Card, ObjectGroup, ParticipationPeriod

admin.site.register([BenefitLevel, ObjectGroup], AdministratorAdmin)


class PersonsDataAdmin(ReadOnlyAdmin):
    """Rows that belong to a person: reading one is an event."""

    list_select_related = ["person"]

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, object] | None = None,
    ) -> HttpResponse:
        response = super().change_view(request, object_id, form_url, extra_context)
        row = self.get_object(request, object_id)
        if response.status_code == 200 and isinstance(row, (Card, ParticipationPeriod)):
            access.record(
                f"{row._meta.model_name}.seen",
                actor=cast(User, request.user),
                person_id=row.person_id,
                object_type=str(row._meta.model_name),
                object_id=row.pk,
            )
        return response


@admin.register(Card)
class CardAdmin(PersonsDataAdmin):
    list_display = ["card_number", "person", "valid_from", "valid_to", "status"]
    search_fields = ["card_number__exact", "person__bhxh_code__exact"]
    readonly_fields = ["five_years_check"]
    exclude = ["qr_digest", "qr_svg"]

    @admin.display(description=gettext_lazy("đối chiếu 05 năm liên tục"))
    def five_years_check(self, card: Card) -> str:
        today = timezone.localdate()
        computed = selectors.computed_five_years(card.person, today=today)
        if not selectors.five_years_differ(card, computed, today=today):
            return _("Khớp với quá trình tham gia.")
        words = computed.strftime("%d/%m/%Y") if computed else _("không có dòng nào")
        return _("⚠ Khác quá trình tham gia: tính được %(computed)s.") % {"computed": words}


@admin.register(ParticipationPeriod)
class ParticipationPeriodAdmin(PersonsDataAdmin):
    list_display = ["person", "scheme", "from_month", "to_month", "employer"]
    search_fields = ["person__bhxh_code__exact"]
    raw_id_fields = ["person"]
