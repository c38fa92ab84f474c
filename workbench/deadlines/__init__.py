"""Bounds on calls out of the process: one deadline for the whole call, whatever the library below does with time-outs."""
