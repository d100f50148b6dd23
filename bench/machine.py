"""What a measurement was made on, and processes of their own to make it in."""

from __future__ import annotations

import math
import multiprocessing
import os
import platform
import sqlite3
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from importlib.metadata import version
from pathlib import Path
from typing import TypeVar

__all__ = ["MEGABYTE", "alone", "file_sizes", "heading", "machine", "peak", "percentile", "versions"]

MEGABYTE = 1_000_000
WIDTH = 80
"""Columns a table may have."""
T = TypeVar("T")


def machine() -> str:
    """Name the processor, the cores this process may use, and the system."""
    name = platform.processor() or platform.machine()
    information = Path("/proc/cpuinfo")
    if information.exists():
        lines = information.read_text(encoding="utf-8").splitlines()
        name = next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), name)
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return f"{name}, {cores} cores, {platform.system()}"


def versions(packages: Sequence[str]) -> dict[str, str]:
    """Return the versions of Python, SQLite and `packages`."""
    return {
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        **{package: version(package) for package in packages},
    }


def heading(named: str, held: dict[str, str]) -> list[str]:
    """Return machine and versions as lines of at most 80 columns.

    >>> heading("A CPU, 2 cores, Linux", {"python": "3.11", "numpy": "2.4"})
    ['A CPU, 2 cores, Linux', 'python 3.11, numpy 2.4']
    """
    lines = [named]
    for name, number in held.items():
        told = f"{name} {number}"
        if len(lines) == 1 or len(lines[-1]) + len(told) + 2 > WIDTH:
            lines.append(told)
        else:
            lines[-1] += f", {told}"
    return lines


def alone(function: Callable[..., T], *args: object) -> T:
    """Call `function` in a new process, which has held nothing before."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        return pool.submit(function, *args).result()


def peak(process: str = "self") -> float:
    """Return the most memory ever resident in a process, in MB, as Linux keeps it (VmHWM); 0 for one that has ended.

    `ru_maxrss` would hold what the starting process had.
    """
    status = Path("/proc", process, "status").read_text(encoding="utf-8")
    lines = [line.split() for line in status.splitlines() if line.startswith("VmHWM:")]
    return int(lines[0][1]) * 1024 / MEGABYTE if lines else 0.0


def file_sizes(folder: Path) -> dict[str, int]:
    """Return the bytes of each file in `folder`, and of each folder in it with all below, largest first."""
    sizes = {
        entry.name: entry.stat().st_size
        if entry.is_file()
        else sum(file.stat().st_size for file in entry.rglob("*") if file.is_file())
        for entry in folder.iterdir()
    }
    return dict(sorted(sizes.items(), key=lambda item: (-item[1], item[0])))


def percentile(values: Sequence[float], share: float) -> float:
    """Return the smallest of `values` that at least `share` of them do not exceed; 0 where there are none.

    >>> percentile([3, 1, 2, 4], 0.5), percentile([3, 1, 2, 4], 0.95), percentile([], 0.5)
    (2, 4, 0.0)
    """
    ranked = sorted(values)
    return ranked[max(0, math.ceil(share * len(ranked)) - 1)] if ranked else 0.0
