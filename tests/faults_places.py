"""Where ``tests.faults`` can kill a process, before the named function runs."""

# Between the claim and the commit of a batch of rungs.
PLACES = (
    "escalation.actions.timers.fire",
    "escalation.actions.firing.directory_for",
    "escalation.actions.firing.bulk.update_where",
    "escalation.actions.firing.bulk.insert_values",
    "escalation.actions.firing.record_all",
    "escalation.actions.firing.Counter.grow_all",
)
