"""The chart page."""
