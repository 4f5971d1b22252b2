"""Typography made plain without changing the length, so that offsets into the stored text stay right."""

from __future__ import annotations

_SAME_LENGTH = str.maketrans(
    {
        "’": "'", "‘": "'", "ʼ": "'", "´": "'",
        "“": '"', "”": '"', "„": '"',
        "\u00a0": " ", "\u202f": " ", "\u2009": " ", "\u2007": " ", "\t": " ",
        "‑": "-", "–": "-", "—": "-", "−": "-",
        "％": "%",
    }
)  # fmt: skip


def normalise(text: str) -> str:
    """The text with plain apostrophes, quotes, blanks and dashes; one character for each.

    >>> normalise("l’opérateur\u00a0: 44,4\u202f%")
    "l'opérateur : 44,4 %"
    """
    return text.translate(_SAME_LENGTH)
