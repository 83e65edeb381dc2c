"""How every form of the portal speaks: what `templates/forms/` needs from a form.

Django's own bound field already gives a refused control `aria-invalid` and an
`aria-describedby` of its hint (`…_helptext`) and its sentence (`…_error`); a
group of radios gets neither description nor a first control to go to.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from django import forms
from django.forms.boundfield import BoundField
from django.forms.renderers import DjangoTemplates
from django.shortcuts import render
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

from accounts.errors import PortalError, TooManyRequests

if TYPE_CHECKING:
    from django.forms.widgets import Widget
    from django.http import HttpRequest, HttpResponse


ONE_TAG = {
    f"django/forms/widgets/{kind}.html" for kind in ("checkbox", "email", "hidden", "input", "password", "tel", "text")
}


class PortalRenderer(DjangoTemplates):
    """Writes a control of one tag itself: Django draws each with three templates, which cost more than its form."""

    def render(self, template_name: str, context: dict[str, Any], request: HttpRequest | None = None) -> str:
        if template_name in ONE_TAG:
            return _one_tag(context["widget"])
        return super().render(template_name, context, request)


def _one_tag(widget: dict[str, Any]) -> SafeString:
    """What Django's `input.html` and `attrs.html` would write."""
    value = {} if widget["value"] is None else {"value": widget["value"]}
    attributes = {"type": widget["type"], "name": widget["name"], **value, **widget["attrs"]}
    written = (_attribute(name, value) for name, value in attributes.items() if value is not False)
    return mark_safe(f"<input{''.join(written)}>")  # noqa: S308 - each part is escaped


def _attribute(name: str, value: object) -> str:
    return f" {conditional_escape(name)}" + ("" if value is True else f'="{conditional_escape(str(value))}"')


class PortalBoundField(BoundField):
    @property
    def focus_id(self) -> str:
        """Id of the control the error summary leads to: the first one of a group."""
        return self.id_for_label or f"{self.auto_id}_0"

    def build_widget_attrs(self, attrs: dict[str, Any], widget: Widget | None = None) -> dict[str, Any]:
        built = super().build_widget_attrs(attrs, widget)
        if self.use_fieldset and self.errors and not self.is_hidden:
            built["aria-describedby"] = f"{self.auto_id}_error"
        return built


class PortalRendering(forms.BaseForm):
    """Mixin for any form class; forms are checked by the server, so no control carries `required`."""

    bound_field_class = PortalBoundField
    default_renderer = PortalRenderer()
    use_required_attribute = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)


class PortalForm(PortalRendering, forms.Form):
    """Base of the portal's forms."""

    refusal: PortalError | None = None

    def refuse(self, error: PortalError, *, field: str | None = None, about: str = "") -> None:
        """A service said no: its sentence stands on the form, its kind decides the answer's status."""
        self.refusal = error
        self.add_error(field, f"{about}: {error}" if about else str(error))


def form_page(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    """The page of `context["form"]`: 429 with Retry-After when a limit is used up, everything typed kept."""
    response = render(request, template, context)
    mark_refused(response, context["form"].refusal)
    return response


def mark_refused(response: HttpResponse, refusal: Exception | None) -> None:
    """The status of a used-up limit; any other refusal is a page like every other."""
    if isinstance(refusal, TooManyRequests):
        response.status_code = HTTPStatus.TOO_MANY_REQUESTS
        response["Retry-After"] = str(refusal.retry_after)
