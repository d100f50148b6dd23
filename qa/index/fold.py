"""Text folded for comparing: half width, lower case, simplified characters; as long as it was."""

from __future__ import annotations

import sys
import unicodedata
from functools import cache

import numpy as np
import numpy.typing as npt

__all__ = ["fold"]

IDEOGRAPHS = ((0x3400, 0xA000), (0xF900, 0xFB00), (0x20000, 0x31350))
OPEN = {"乾": "干", "著": "着", "藉": "借", "瞭": "了", "祇": "只", "馀": "余", "麽": "么"}
"""Traditional characters that simplified texts have too, with another meaning: folded everywhere, they are equal."""
CODE = "utf-32-le" if sys.byteorder == "little" else "utf-32-be"


def fold(text: str) -> str:
    """Return `text` in half width, lower case and simplified characters, one for one; what is stored stays as printed.

    Characters whose other form has several characters (㎡) stay too, so that offsets hold.

    >>> fold("ＡＨＫ中德　９５％，許昌"), fold("乾隆著名，髮型後面")
    ('ahk中德 95%,许昌', '干隆着名,发型后面')
    """
    codes = np.frombuffer(text.encode(CODE, "surrogatepass"), np.uint32)
    return _table()[codes].tobytes().decode(CODE, "surrogatepass")


@cache
def _table() -> npt.NDArray[np.uint32]:
    """Return the folded character of each, uint32 (0x110000,)."""
    import opencc

    table = np.arange(sys.maxunicode + 1, dtype=np.uint32)
    for code in range(0x10000):
        folded = unicodedata.normalize("NFKC", chr(code)).lower()
        if len(folded) == 1:
            table[code] = ord(folded)
    ideographs = [chr(code) for first, last in IDEOGRAPHS for code in range(first, last)]
    simplified = str(opencc.OpenCC("t2s").convert("\n".join(ideographs))).split("\n")
    for one, other in [*zip(ideographs, simplified, strict=True), *OPEN.items()]:
        if len(other) == 1:
            table[ord(one)] = ord(other)
    return table
