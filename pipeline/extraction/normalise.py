"""Typography made plain without changing the length, so that offsets into the stored text stay right."""

from __future__ import annotations

import re

_SAME_LENGTH = str.maketrans(
    {
        "’": "'", "‘": "'", "ʼ": "'", "´": "'", "′": "'",
        "“": '"', "”": '"', "„": '"', "‟": '"',
        "\u00a0": " ", "\u202f": " ", "\u2009": " ", "\u2007": " ", "\u200a": " ", "\u2002": " ", "\u2003": " ",
        "\u200b": " ", "\ufeff": " ", "\u00ad": "-", "\t": " ",
        "‑": "-", "‐": "-", "–": "-", "—": "-", "−": "-",
        "％": "%", "﹪": "%",
    }
)  # fmt: skip
# A long run of one sign says nothing, and a tokenizer that peels signs off one by one needs quadratic time for it.
_RUN = re.compile(r"([^\w\s])\1{15,}")


def normalise(text: str) -> str:
    """The text with plain apostrophes, quotes, blanks and dashes; one character for each.

    >>> normalise("l’opérateur\u00a0: 44,4\u202f%")
    "l'opérateur : 44,4 %"
    >>> normalise("a" + "." * 20 + "b") == "a" + " " * 20 + "b"
    True
    """
    return _RUN.sub(lambda run: " " * len(run[0]), text.translate(_SAME_LENGTH))
