"""PostgreSQL: tables, migrations and every query; the only importer of SQLAlchemy and psycopg."""
