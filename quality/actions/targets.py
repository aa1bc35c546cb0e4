"""Setting quality targets (QM-1), and keeping what the measures said."""

from datetime import timedelta

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from accounts.history import record
from accounts.models import Person, Site
from accounts.roles import require
from common.clock import now
from common.problems import Conflict, Invalid
from common.text import clean
from quality import wallboard
from quality.models import Measure, QualityTarget, WallSample

MOST = 1_000_000
KEPT = timedelta(days=2)
EVERY_MINUTES = 5


def _require_order(measure: str, limit: int, near: int) -> None:
    """The near bound lies on the good side of the limit."""
    if not (0 <= limit <= MOST and 0 <= near <= MOST):
        raise Invalid(_("Isi 0 sampai 1.000.000."), errors={"limit": [_("Isi 0 sampai 1.000.000.")]})
    is_least = QualityTarget(measure=measure).is_least
    if near < limit if is_least else near > limit:
        text = _("Hampir tidak di bawah batas.") if is_least else _("Hampir tidak di atas batas.")
        raise Invalid(text, errors={"near": [text]})


@transaction.atomic
def set_target(target: QualityTarget, *, by: Person, limit: int, near: int, clause: str = "") -> QualityTarget:
    """Other numbers for a target; whoever sets them confirms them."""
    require(by, "target.edit")
    target = QualityTarget.objects.select_for_update(of=("self",)).get(pk=target.pk)
    _require_order(target.measure, limit, near)
    before = [target.limit, target.near]
    target.limit, target.near, target.confirmed = limit, near, True
    target.clause = clean(clause, longest=120)
    target.version += 1
    target.save()
    record(target, "target.set", by=by, facts={"measure": target.measure, "before": before, "after": [limit, near]})
    return target


@transaction.atomic
def create_target(*, by: Person, measure: str, site: Site, limit: int, near: int, clause: str = "") -> QualityTarget:
    """A target of a site's own. 409 where it has one."""
    require(by, "target.edit")
    if measure not in Measure.values:
        raise Invalid(_("Pilih salah satu dari daftar."), errors={"measure": [_("Pilih salah satu dari daftar.")]})
    _require_order(measure, limit, near)
    values = {"limit": limit, "near": near, "clause": clean(clause, longest=120), "confirmed": True}
    try:
        with transaction.atomic():
            target = QualityTarget.objects.create(measure=measure, site=site, **values)
    except IntegrityError as error:
        raise Conflict(_("Situs ini sudah punya target untuk ukuran itu. Ubah yang ada.")) from error
    record(target, "target.created", by=by, facts={"measure": measure, "site": site.code, "after": [limit, near]}, first=True)
    return target


@transaction.atomic
def remove_target(target: QualityTarget, *, by: Person) -> None:
    """A site goes by the target of all again. That of all cannot be removed."""
    require(by, "target.edit")
    if target.site_id is None:
        raise Conflict(_("Target umum tidak dapat dihapus, hanya diubah."))
    record(target, "target.removed", by=by, facts={"measure": target.measure, "after": [target.limit, target.near]})
    target.delete()


def keep_sample() -> int:
    """What the measures say now, at each site and everywhere, once in five minutes; returns how many rows were written."""
    moment = now().replace(second=0, microsecond=0)
    moment -= timedelta(minutes=moment.minute % EVERY_MINUTES)
    if WallSample.objects.filter(scope="", at=moment).exists():
        return 0
    rows = [WallSample(scope="", at=moment, values=wallboard.values_of(None))]
    rows += [WallSample(scope=site.code, at=moment, values=wallboard.values_of(site)) for site in Site.objects.all()[:50]]
    WallSample.objects.bulk_create(rows, ignore_conflicts=True)
    WallSample.objects.filter(at__lt=moment - KEPT).delete()
    return len(rows)
