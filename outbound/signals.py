"""What this app announces, always inside the transaction of the act. Every signal carries ``result`` and ``by``."""

from django.dispatch import Signal

result_agreed = (
    Signal()
)  # it waits for QC now: entered, or corrected after the TL sent it back; so it may come again for one result
result_withdrawn = Signal()  # it waits for QC no longer without QC's doing: taken back by its agent, or sent back by the TL
