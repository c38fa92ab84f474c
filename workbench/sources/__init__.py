"""External sources, as bytes; raises SourceError."""
