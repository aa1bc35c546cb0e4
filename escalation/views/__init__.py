"""The pages of escalation, one module a page."""
