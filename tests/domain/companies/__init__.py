"""Tests of company names."""
