"""Caches over the store: full-text postings and vector neighbours, rebuilt whenever they cannot be trusted."""
