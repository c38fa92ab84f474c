"""Scores of earnings quality and financial distress from published studies."""
