from __future__ import annotations

from django import template

register = template.Library()


@register.filter
def dong(amount: int) -> str:
    """`12.500.000 đ`: Django's Vietnamese format knows the separator but does not group."""
    return f"{amount:,} đ".replace(",", ".").replace(" ", "\N{NO-BREAK SPACE}")
