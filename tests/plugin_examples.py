"""Property tests: what an example says counts, not how long the machine took for it."""

from hypothesis import settings

settings.register_profile("kawal", deadline=None)
settings.load_profile("kawal")
