"""Scripts for people who work on Kawal; nothing here is needed to run it."""
