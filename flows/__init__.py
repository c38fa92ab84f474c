"""When, how often and how wide: Prefect flows over the ingest functions."""
