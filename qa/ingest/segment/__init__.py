"""From the lines of a page to its articles, by the text alone or by where the lines stand."""
