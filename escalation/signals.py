"""What this app announces, always inside the transaction of the act. All but the first carry ``escort`` and ``by``."""

from django.dispatch import Signal

caring_due = Signal()  # solved, somebody must call the customer: ``ticket``, ``round`` of its escort, ``text``, ``by``
escort_closed = Signal()  # the customer confirmed
escort_returned = Signal()  # the customer denied; back to Support HC
escort_withdrawn = Signal()  # it was not an escort after all
