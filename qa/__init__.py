"""From a newspaper page to an answer in the newspaper's own words."""

from __future__ import annotations

from qa.archive import Archive
from qa.errors import WenbaoError
from qa.records import Answer, Article, Filters

__all__ = ["Answer", "Archive", "Article", "Filters", "WenbaoError"]
