"""Imported once by the process from which commands are forked."""

from tests.command import preload

preload()
