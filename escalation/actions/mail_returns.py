"""A mail of ours came back (RFC 3464): its part says so, and its item stands in the worklist again."""

from accounts.history import record
from accounts.models import Counter
from escalation.mail.ids import key_in
from escalation.mail.parse import Parsed
from escalation.models.mail import MailItem, MailMessage, MailPart, MailState, PartState

FINAL = ("failed",)


def came_back(message: MailMessage, parsed: Parsed) -> bool:
    """Whether this report is about a mail that we sent from here; then it belongs to that conversation."""
    key = key_in(parsed.returned.get("id", ""))
    part = MailPart.objects.filter(pk=key, item__mailbox=message.mailbox_id).first() if key else None
    if part is None:
        return False
    item = MailItem.objects.select_for_update(of=("self",)).get(pk=part.item_id)
    message.item = item
    if parsed.returned.get("action", "").lower() not in FINAL or part.state == PartState.BOUNCED:
        return True  # delayed or delivered: kept, and nothing to do
    part.state, part.problem = PartState.BOUNCED, _why(parsed)
    part.save(update_fields=["state", "problem"])
    if item.state in (MailState.DONE, MailState.WAITING_CUSTOMER):
        item.state = MailState.IN_PROGRESS if item.holder_id else MailState.NEW
        item.done_at = None
    item.version += 1
    item.save(update_fields=["state", "done_at", "version"])
    record(item, "mail.returned", by=None, facts={"part": part.pk})
    Counter.grow("mail")
    return True


def _why(parsed: Parsed) -> str:
    said = parsed.returned.get("diagnostic-code") or parsed.returned.get("status", "")
    return " ".join(said.split())[:300]
