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

from collections.abc import Callable

from qa.messages import fill

__all__ = ["ArchiveLocked", "ArchiveMismatch", "BadFile", "BadInput", "NotHeld", "WenbaoError"]


class WenbaoError(Exception):
    """Carry one line of the message catalogue: `key`, filled with `values`."""

    def __init__(self, key: str, /, **values: object) -> None:
        super().__init__(fill(key, values))
        self.key = key
        self.values = values

    def __reduce__(self) -> tuple[Callable[..., WenbaoError], tuple[object, ...]]:
        """Let another process have it: rebuilt from key and values, in that process's language."""
        return _rebuilt, (type(self), self.key, self.values)


def _rebuilt(kind: type[WenbaoError], key: str, values: dict[str, object]) -> WenbaoError:
    return kind(key, **values)


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
