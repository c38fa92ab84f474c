"""Hybrid retrieval over passages, and its evaluation."""
