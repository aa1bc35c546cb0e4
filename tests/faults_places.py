"""Where ``tests.faults`` can kill a worker: all between the claim and the commit of a rung."""

PLACES = ("record", "notify", "_end_top", "_reach", "show")
