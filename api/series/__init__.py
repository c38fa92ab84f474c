"""Series of charts."""
