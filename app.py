"""Open 问报 in the browser: ``python app.py``, then http://127.0.0.1:7860.

On the first start the archive (``$WENBAO_ARCHIVE``, else ``.archive/`` here) is empty and is filled from
the sample in ``corpus/``. ``wenbao serve`` does the same with another address, port or archive.
"""

from __future__ import annotations

from qa.cli import run
from web.command import open_chat

if __name__ == "__main__":
    run(open_chat)
