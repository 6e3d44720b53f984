"""Tables, drivers, migrations and repositories: the only home of SQL."""
