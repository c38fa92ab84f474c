"""Items of filings."""
