"""Answers cached as bytes, and sent again as long as what they follow from has not changed."""
