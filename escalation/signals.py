"""What this app announces, always inside the transaction of the act. All but the first carry ``escort`` and ``by``."""

from django.dispatch import Signal

# Solved, somebody must call each customer: ``tickets``, ``rounds`` of their escorts by ticket, ``text``, ``by``.
caring_due = Signal()
escort_closed = Signal()  # the customer confirmed
escort_returned = Signal()  # the customer denied; back to Support HC
escort_withdrawn = Signal()  # it was not an escort after all
