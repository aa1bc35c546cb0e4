"""What this app announces, always inside the transaction of the act. Every signal carries ``escort`` and ``by``."""

from django.dispatch import Signal

caring_due = Signal()  # the unit says solved; somebody must call the customer. Also ``text``: what the unit did
escort_closed = Signal()  # the customer confirmed
escort_returned = Signal()  # the customer denied; back to Support HC
escort_withdrawn = Signal()  # it was not an escort after all
