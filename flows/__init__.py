"""Scheduled jobs over the ingest functions, run by the built-in scheduler or by Prefect."""
