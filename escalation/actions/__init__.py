"""Every change of an escort, a clock, a message: one function per verb."""
