"""Controls are written by the portal itself, exactly as Django's templates would write them."""

from __future__ import annotations

import pytest
from django import forms
from django.forms.renderers import DjangoTemplates

from accounts.form_rendering import ONE_TAG, PortalForm

ODD = """"><script>&'amp; ầ"""


class EveryControl(PortalForm):
    text = forms.CharField(
        max_length=40, widget=forms.TextInput(attrs={"title": ODD, "autofocus": True, "list": False})
    )
    password = forms.CharField(widget=forms.PasswordInput(attrs={"autocomplete": "off"}), help_text="Gợi ý")
    email = forms.EmailField()
    tel = forms.CharField(widget=forms.TelInput)
    hidden = forms.CharField(widget=forms.HiddenInput)
    checkbox = forms.BooleanField()
    number = forms.IntegerField(disabled=True, initial=12345)
    choice = forms.ChoiceField(choices=[("a", "A"), ("b", ODD)], widget=forms.RadioSelect)
    place = forms.ChoiceField(choices=[("a", "A"), ("b", ODD)])


TYPED = {"text": ODD, "password": "x", "email": "a@b", "hidden": ODD, "checkbox": "on", "choice": "b"}


@pytest.mark.parametrize("typed", [None, {}, TYPED])
def test_every_control_reads_as_django_writes_it(typed: dict[str, str] | None) -> None:
    ours, djangos = EveryControl(typed), EveryControl(typed, renderer=DjangoTemplates())
    assert [str(field) for field in ours] == [str(field) for field in djangos]


def test_what_was_typed_cannot_end_a_control() -> None:
    assert "<script>" not in str(EveryControl(TYPED)["text"])


def test_only_controls_of_one_tag_are_written_here() -> None:
    one_tag = {name for name, field in EveryControl.base_fields.items() if field.widget.template_name in ONE_TAG}
    assert one_tag == {"text", "password", "email", "tel", "hidden", "checkbox"}
