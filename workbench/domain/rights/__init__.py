"""Roles, permissions and whose work is whose."""
