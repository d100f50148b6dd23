"""Do to an archive what a disk, a system or a person may do to it; print what the user saw and what was lost.

python -m bench.faults [--only GROUP] [--json]

Every row is checked: no traceback, one line where something cannot be done, nothing lost, and the answers of before
once the fault is gone. Exit status 1 where a row fails.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path

from bench.faults_caches import cache_faults
from bench.faults_database import database_faults
from bench.faults_disk import disk_faults
from bench.faults_rows import Row, Subject, make_subject
from bench.faults_world import world_faults
from bench.terminal import mount_small_disk, unmount

__all__ = ["GROUPS", "main"]

GROUPS: dict[str, Callable[[Subject], Iterator[Row]]] = {
    "caches": cache_faults,
    "database": database_faults,
    "disk": disk_faults,
    "world": world_faults,
}
WIDTH = 110
MEGABYTES = 32
"""Size of the disk that is filled: one in memory, of this process and its children alone."""


def main() -> int:
    """Print the rows as they come, or one JSON array; exit status 1 where a row fails."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--only", choices=sorted(GROUPS), action="append", help="only these groups")
    parser.add_argument("--json", action="store_true", help="print one JSON array")
    args = parser.parse_args()
    rows = []
    with tempfile.TemporaryDirectory() as name:
        disk = Path(name) / "disk"
        disk.mkdir()
        mounted = mount_small_disk(disk, MEGABYTES)  # before any process is started that has to see it
        try:
            subject = make_subject(Path(name))
            for group in args.only or GROUPS:
                for row in GROUPS[group](subject):
                    rows.append(row)
                    if not args.json:
                        print(_told(row), flush=True)
        finally:
            if mounted:
                unmount(disk)
    failed = sum(not row.passed for row in rows)
    if args.json:
        print(json.dumps([asdict(row) for row in rows], ensure_ascii=False, indent=1))
    else:
        print(f"\n{len(rows)} faults, {failed} failed")
    return int(failed > 0)


def _told(row: Row) -> str:
    lines = [f"{'ok  ' if row.passed else 'FAIL'} {row.fault}", f"       saw   {row.saw[:WIDTH]}"]
    return "\n".join([*lines, f"       lost  {row.lost}", *(f"       WRONG {wrong}" for wrong in row.wrong)])


if __name__ == "__main__":
    sys.exit(main())
