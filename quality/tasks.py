"""Thin tasks: each calls an action that works on due rows."""

from celery import shared_task

from quality.actions import nonconformities, reports, retention, sampling, targets, validations, watching


@shared_task
def tell_overdue_improvements() -> None:
    """Improvements whose day has passed (QC-6)."""
    nonconformities.tell_overdue()


@shared_task
def free_abandoned_validations() -> None:
    """Those whose reviewer's browser died wait again (QC-8)."""
    validations.free_abandoned_validations()


@shared_task
def fire_due_watches() -> None:
    """Agreed results that wait too long, returns that are not cared again (QC-4)."""
    watching.fire_due_watches()


@shared_task
def make_reports() -> None:
    """F-19 that were asked for (QC-3)."""
    reports.make_due_reports()


@shared_task
def purge_what_is_too_old() -> None:
    """The run of the day, in small steps (QM-5)."""
    retention.tick()


@shared_task
def draw_samples() -> None:
    """Plans whose period has ended draw (QC-7)."""
    sampling.draw_due_plans()


@shared_task
def keep_wall_sample() -> None:
    """What the wallboard says now, for its lines and for since when (QM-1)."""
    targets.keep_sample()
