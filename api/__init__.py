"""HTTP interface under /api/v1: shapes and status codes only."""
