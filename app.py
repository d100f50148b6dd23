"""Open 问报 in the browser: ``python app.py``, then http://127.0.0.1:7860.

On the first start the archive (``$WENBAO_ARCHIVE``, else ``.archive/`` here) is empty and is filled from
the sample in ``corpus/``. ``wenbao serve`` does the same with another address, port or archive.
"""

from __future__ import annotations

from qa.archive import Archive
from qa.cli import run, shown_progress
from web.server import fill, serve


def main() -> None:
    """Open the archive, fill it if it is empty, and serve the chat until Ctrl+C."""
    with Archive.open(create=True) as archive:
        with shown_progress() as progress:
            fill(archive, progress=progress)
        serve(archive, host="127.0.0.1", port=7860, announce=print)


if __name__ == "__main__":
    run(main)
