"""Where a quote stands, and the article as an entry in a list of references, in every style asked for."""

from __future__ import annotations

from qa.cite.styles import STYLES, reference

__all__ = ["STYLES", "reference"]
