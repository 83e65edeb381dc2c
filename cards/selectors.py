"""Questions to the database about cards and histories; `today` is always the caller's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import models
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Person
from cards import participation
from cards.models import Card, ParticipationPeriod

LISTED_PERIODS = 200


class CardState(models.TextChoices):
    ACTIVE = "active", gettext_lazy("Thẻ đang có giá trị")
    NOT_STARTED = "not_started", gettext_lazy("Thẻ chưa đến ngày sử dụng")
    EXPIRED = "expired", gettext_lazy("Thẻ đã hết giá trị")
    REVOKED = "revoked", gettext_lazy("Thẻ đã bị thu hồi")
    NONE = "none", gettext_lazy("Chưa có thẻ BHYT")


@dataclass(frozen=True, slots=True)
class Situation:
    """A state in words: what it is, and what to do next."""

    state: CardState
    sentence: str
    advice: str

    @property
    def tone(self) -> str:
        """The colour of its banner."""
        return _TONES[self.state]


_TONES = {
    CardState.ACTIVE: "success",
    CardState.NOT_STARTED: "warning",
    CardState.EXPIRED: "danger",
    CardState.REVOKED: "danger",
    CardState.NONE: "warning",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemeHistory:
    """One scheme of one person. The totals count every row, `periods` holds the last LISTED_PERIODS."""

    scheme: ParticipationPeriod.Scheme
    periods: Sequence[ParticipationPeriod]
    row_count: int
    months: int
    overlapping_months: int
    late_months: int
    covered: Sequence[participation.Span]

    @property
    def duration(self) -> str:
        years, months = divmod(self.months, 12)
        return _("%(years)d năm %(months)d tháng") % {"years": years, "months": months}

    @property
    def short_name(self) -> str:
        """The name its tab has always had."""
        is_accidents = self.scheme == ParticipationPeriod.Scheme.TNLD
        return "BHTNLĐ-BNN" if is_accidents else self.scheme.value.upper()

    @property
    def counts_late_months(self) -> bool:
        return self.scheme in {ParticipationPeriod.Scheme.BHXH, ParticipationPeriod.Scheme.BHTN}


def current_card(person: Person, *, today: date) -> Card | None:
    """The card valid today, else the latest; mostly the latest is the valid one, and one query is enough."""
    cards = person.cards.select_related("facility", "office", "object_group", "benefit_level")
    latest = cards.first()
    if latest is None or state_of(latest, today=today) is CardState.ACTIVE:
        return latest
    begun = cards.filter(status=Card.Status.ACTIVE, valid_from__lte=today)
    return begun.filter(models.Q(valid_to=None) | models.Q(valid_to__gte=today)).first() or latest


def state_of(card: Card | None, *, today: date) -> CardState:
    if card is None:
        return CardState.NONE
    if card.status == Card.Status.REVOKED:
        return CardState.REVOKED
    if today < card.valid_from:
        return CardState.NOT_STARTED
    if card.valid_to and card.valid_to < today:
        return CardState.EXPIRED
    return CardState.ACTIVE


def situation(card: Card | None, *, today: date) -> Situation:
    state = state_of(card, today=today)
    if card is None:
        return Situation(
            state,
            _("Sổ BHXH chưa ghi thẻ BHYT nào của bạn."),
            _(
                "Nếu bạn đang tham gia BHYT, hãy hỏi đơn vị, nhà trường hoặc cơ quan BHXH nơi bạn ở. "
                "Khi thẻ được cấp, thẻ tự hiện ở đây, bạn không phải đăng ký lại."
            ),
        )
    words = _words()[state]
    sentence = words["sentence_to"] if card.valid_to and "sentence_to" in words else words["sentence"]
    return Situation(state, sentence % facts(card), words["advice"] % facts(card))


def facts(card: Card | None) -> dict[str, str]:
    """What the sentences about a card are filled with."""
    if card is None:
        return {}
    return {
        "office": card.office.name,
        "from": date_format(card.valid_from, "d/m/Y"),
        "to": date_format(card.valid_to, "d/m/Y") if card.valid_to else "",
    }


def _words() -> dict[CardState, dict[str, str]]:
    return {
        CardState.ACTIVE: {
            "sentence": _("Dùng được từ %(from)s, tự gia hạn khi bạn còn đóng."),
            "sentence_to": _("Dùng được từ %(from)s đến hết %(to)s."),
            "advice": _("Bạn không cần làm gì. Khi đi khám, đưa thẻ này cùng giấy tờ có ảnh."),
        },
        CardState.NOT_STARTED: {
            "sentence": _("Thẻ dùng được từ %(from)s."),
            "advice": _(
                "Bạn không cần làm gì, thẻ tự có giá trị vào ngày đó. Trước ngày đó, thẻ này chưa được thanh "
                "toán chi phí khám chữa bệnh. Nếu ngày ghi sai, hãy báo %(office)s."
            ),
        },
        CardState.EXPIRED: {
            "sentence": _("Thẻ dùng được đến hết %(to)s, nay không dùng để khám chữa bệnh được."),
            "advice": _(
                "Nếu bạn vẫn đang đóng BHYT, hãy báo đơn vị hoặc %(office)s. Nếu đã ngừng đóng, bạn có thể "
                "tham gia lại theo hộ gia đình tại điểm thu gần nhà; thẻ mới tự hiện ở đây."
            ),
        },
        CardState.REVOKED: {
            "sentence": _("Thẻ này không còn dùng để khám chữa bệnh được."),
            "advice": _("Hãy liên hệ %(office)s để biết lý do và cách được cấp thẻ mới, mang theo giấy tờ có ảnh."),
        },
    }


def history(person: Person, *, today: date) -> list[SchemeHistory]:
    """Every scheme in the order people know, with or without rows."""
    rows = list(person.participation.order_by("from_month", "pk"))
    return [
        _scheme_history(scheme, [row for row in rows if row.scheme == scheme], today=today)
        for scheme in ParticipationPeriod.Scheme
    ]


def _scheme_history(
    scheme: ParticipationPeriod.Scheme, rows: list[ParticipationPeriod], *, today: date
) -> SchemeHistory:
    begun = [(row.from_month, row.to_month) for row in rows if row.from_month <= today]
    spans = participation.spans(begun, until=today)
    return SchemeHistory(
        scheme=scheme,
        periods=rows[-LISTED_PERIODS:],
        row_count=len(rows),
        months=participation.months_covered(spans),
        overlapping_months=participation.months_overlapping(spans),
        late_months=sum(row.late_months for row in rows),
        covered=participation.merged(spans),
    )


def computed_five_years(person: Person, *, today: date) -> date | None:
    """From the person's health-insurance rows."""
    rows = person.participation.filter(scheme=ParticipationPeriod.Scheme.BHYT)
    months = rows.values_list("from_month", "to_month")
    return participation.five_years_from(participation.spans(months, until=today))


def five_years_differ(card: Card, computed: date | None, *, today: date) -> bool:
    """Whether staff should look. A card that is over may state nothing."""
    if card.five_years_from is None and state_of(card, today=today) in {CardState.EXPIRED, CardState.REVOKED}:
        return False
    return card.five_years_from != computed
