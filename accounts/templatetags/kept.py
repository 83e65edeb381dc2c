"""What a page shares with every other page is drawn once: its links, names and addresses cost more than its form."""

from __future__ import annotations

from django import template
from django.template.base import FilterExpression, NodeList, Parser, Token
from django.template.context import Context
from django.urls import get_script_prefix
from django.utils.safestring import SafeString
from django.utils.translation import get_language

MOST_KEPT = 64  # drawings of one fragment: addresses are whatever a client asks for

register = template.Library()


@register.tag
def kept(parser: Parser, token: Token) -> KeptNode:
    """{% kept a b %} … {% endkept %}: drawn once by this process for these values, and by nothing else of the page."""
    values = [parser.compile_filter(value) for value in token.split_contents()[1:]]
    nodelist = parser.parse(("endkept",))
    parser.delete_first_token()
    return KeptNode(nodelist, values)


class KeptNode(template.Node):
    def __init__(self, nodelist: NodeList, values: list[FilterExpression]) -> None:
        self.nodelist, self.values = nodelist, values
        self.drawings: dict[tuple[object, ...], SafeString] = {}

    def render(self, context: Context) -> SafeString:
        values = (value.resolve(context, ignore_failures=True) for value in self.values)
        key = (get_language(), get_script_prefix(), *values)
        drawing = self.drawings.get(key)
        if drawing is None:
            drawing = self.nodelist.render(context)
            if len(self.drawings) >= MOST_KEPT:
                self.drawings.clear()
            self.drawings[key] = drawing
        return drawing
