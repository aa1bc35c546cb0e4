"""Plumbing without models, on the lowest floor: nothing here imports an app."""
