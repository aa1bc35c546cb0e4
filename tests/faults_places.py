"""Where ``tests.faults`` can kill a process: before the named function runs, or after it with ``+``."""

# Between the claim and the commit of a batch of rungs.
FIRING = (
    "escalation.actions.timers.fire",
    "escalation.actions.firing.directory_for",
    "escalation.actions.firing.bulk.update_where",
    "escalation.actions.firing.bulk.insert_values",
    "escalation.actions.firing.record_all",
    "escalation.actions.firing.Counter.grow_all",
)
# After that commit, before anybody is asked to send what it wrote; only one that fired something comes here.
FIRED = "escalation.tasks.send_messages.delay"
# Between the gateway's answer and the row that says so.
ANSWERED = "escalation.actions.sending._sent+"
# Between the claim of a message and the gateway.
CLAIMED = "escalation.actions.sending._sent"
PLACES = (*FIRING, *(place.removesuffix("+") for place in (FIRED, ANSWERED)))
