"""The installation: settings and feature flags."""
