"""People send: copy, open the group, say *terkirim*. A full way of working (HC-5)."""

from django.utils.translation import gettext_lazy as _

from escalation.channels.port import Abilities

ABILITIES = Abilities(address=_("boleh kosong: orang tahu grupnya"))
