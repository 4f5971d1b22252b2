"""Publishing: the database as Datasette shows it."""
