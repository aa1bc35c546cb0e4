"""Every change in quality control, one function per verb; each module says what it is about."""
