"""Which newspaper, day and page: from a manifest, a path, the page itself."""
