"""How fast Kawal is, measured against floors in the same run (``make bench``)."""
