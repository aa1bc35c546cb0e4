"""What this app announces, always inside the transaction of the act. Every signal but one carries ``ticket`` and ``by``."""

from django.dispatch import Signal

ticket_logged = Signal()  # a new ticket stands; its kind is known
kind_changed = Signal()  # also ``before``: the kind it had; raised, turned hard, withdrawn or overruled
repeat_reported = Signal()  # also ``report``
customer_told = Signal()  # also ``update``: something was said to the customer
work_began = Signal()  # open -> in progress, the first response
ticket_paused = Signal()  # also ``reason``
ticket_resumed = Signal()
tickets_solved = Signal()  # ``tickets``, one or many that were solved together, and ``by``
ticket_closed = Signal()
ticket_reopened = Signal()
tickets_assigned = Signal()  # ``tickets``, one or many that were given to people at once, and ``by``
ticket_forwarded = Signal()  # a regular ticket went to its unit
unit_chased = Signal()  # also ``done``: the unit says that it is repaired
take_over_requested = Signal()  # an agent asks the TL to take the ticket or the live call
ticket_taken_over = Signal()  # also ``before``: who worked on it, or None
