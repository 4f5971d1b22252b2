"""Storage: the SQLite database. The only package with SQL."""
