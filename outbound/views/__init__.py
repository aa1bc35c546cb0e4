"""The pages of the callback list and of one call."""
