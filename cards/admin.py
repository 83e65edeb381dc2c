"""Read-only lists for administrators. Opening someone's card or history is written down."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.admin.lists import ListAdmin, PersonsDataAdmin
from accounts.models import Person
from cards import selectors
from cards.models import BenefitLevel, Card, ObjectGroup, ParticipationPeriod

admin.site.register([BenefitLevel, ObjectGroup], ListAdmin)


class ByPersonAdmin(PersonsDataAdmin):
    """Found by the person's code, which is looked up first: an OR over two tables reads both whole."""

    list_select_related = ["person"]
    ordering = ["-pk"]
    search_fields = ["person__bhxh_code"]  # only so that the box is there
    search_help_text = gettext_lazy("Mã số BHXH, gõ đủ 10 chữ số; thẻ cũ thì 10 chữ số cuối.")

    def get_search_results(self, request: HttpRequest, queryset: QuerySet, search_term: str) -> tuple[QuerySet, bool]:
        if not search_term:
            return queryset, False
        people = Person.objects.filter(bhxh_code=search_term.strip()[-10:]).values_list("pk", flat=True)
        return queryset.filter(person_id__in=list(people)), False


@admin.register(Card)
class CardAdmin(ByPersonAdmin):
    list_display = ["card_number", "person", "valid_from", "valid_to", "status"]
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
class ParticipationPeriodAdmin(ByPersonAdmin):
    list_display = ["person", "scheme", "from_month", "to_month", "employer"]
    raw_id_fields = ["person"]
