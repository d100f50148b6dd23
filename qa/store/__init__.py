"""The archive's one source of truth, a SQLite file, and the lock on its folder."""
