"""The Corporate Intelligence Workbench: the library every entry point shares.

Start with `workbench.runtime.open_workbench`.
"""
