"""What an administrator types for a quality target (QM-1)."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Site
from common.problems import Invalid
from quality.models import Measure


class TargetForm(forms.Form):
    """Other numbers of a target."""

    limit = forms.IntegerField(label=pgettext_lazy("target", "Batas"), min_value=0, max_value=1_000_000)
    near = forms.IntegerField(label=_("Hampir"), min_value=0, max_value=1_000_000)
    clause = forms.CharField(label=_("Klausul"), required=False, max_length=120)

    def values(self) -> dict[str, Any]:
        """What was typed; ``Invalid`` with the fields' errors."""
        if not self.is_valid():
            errors = {name: [str(each) for each in found] for name, found in self.errors.items()}
            raise Invalid(_("Ada isian yang belum benar."), errors=errors)
        return dict(self.cleaned_data)


class SiteTargetForm(TargetForm):
    """A target of a site's own."""

    measure = forms.ChoiceField(label=_("Ukuran"), choices=Measure.choices)
    site = forms.ModelChoiceField(label=_("Situs"), queryset=Site.objects.all())
    field_order = ("measure", "site", "limit", "near", "clause")
