"""What this app announces, always inside the transaction of the act."""

from django.dispatch import Signal

handover_offered = Signal()  # ``handover``: somebody is asked to take what another one holds
handover_answered = Signal()  # ``handover``: accepted, declined or withdrawn
handover_fell = Signal()  # ``handover``: nobody accepted; ``fell_to`` has it, or hears that it stayed
stand_in_named = Signal()  # ``stand_in``
stand_in_ended = Signal()  # ``stand_in``: before its time
