"""Property tests run on machines that share their cores: how long one example takes proves nothing."""

from hypothesis import settings

settings.register_profile("shared-machine", deadline=None)
settings.load_profile("shared-machine")
