"""What can go wrong, as one tree.

::

    WenbaoError                the request cannot be met; one line: what, what was expected, what next
    ├── BadInput               the caller's text, option or question
    │   └── BadFile            a file that cannot be read as a newspaper page
    ├── NotHeld                an article, page or archive that does not exist
    ├── ArchiveLocked          another process is writing
    └── ArchiveMismatch        made by another schema or another encoder

"No answer" is not in the tree: it is a value (`qa.records.Answer.status`).
"""

from __future__ import annotations

from qa.messages import fill

__all__ = ["ArchiveLocked", "ArchiveMismatch", "BadFile", "BadInput", "NotHeld", "WenbaoError"]


class WenbaoError(Exception):
    """Carry one line of the message catalogue: `key`, filled with `values`."""

    def __init__(self, key: str, /, **values: object) -> None:
        super().__init__(fill(key, values))
        self.key = key
        self.values = values


class BadInput(WenbaoError):
    """A value the caller gave cannot be used."""


class BadFile(BadInput):
    """A file cannot be read as a newspaper page."""


class NotHeld(WenbaoError):
    """The archive holds no such thing."""


class ArchiveLocked(WenbaoError):
    """Another process holds the write lock."""


class ArchiveMismatch(WenbaoError):
    """The archive was made by another schema or another encoder."""
