"""A draft held against the archive: its quotations, statements and figures, each with a verdict and its source."""
