"""The outside world to bytes; raises SourceError."""
