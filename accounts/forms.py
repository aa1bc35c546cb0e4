"""The input of the pages about people."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.forms import AuthenticationForm, UsernameField
from django.utils.translation import gettext_lazy as _

from accounts.models import Duty, Person


class SignInForm(AuthenticationForm):
    """Agent code and password. Odd input is refused like a wrong password: the page must not tell who exists."""

    username = UsernameField(max_length=8)

    error_messages = {
        "invalid_login": _("Kode agen atau sandi tidak cocok."),
        "inactive": _("Kode agen atau sandi tidak cocok."),
    }

    def _clean_fields(self) -> None:
        super()._clean_fields()  # type: ignore[misc]
        if self.errors:
            self._errors = forms.utils.ErrorDict()
            self.add_error(None, self.error_messages["invalid_login"])

    def clean(self) -> dict[str, Any]:
        return self.cleaned_data if self.errors else super().clean()


class PreferencesForm(forms.ModelForm):  # type: ignore[type-arg]
    """How the pages look and sound."""

    language = forms.ChoiceField(choices=[("", ""), *settings.LANGUAGES], required=False)

    class Meta:
        model = Person
        fields = ["language", "theme", "sound"]


class DutyForm(forms.Form):
    duty = forms.ChoiceField(choices=Duty.choices)
