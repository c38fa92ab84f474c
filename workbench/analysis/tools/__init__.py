"""Answers to language models: short, with addresses that a person can open."""
