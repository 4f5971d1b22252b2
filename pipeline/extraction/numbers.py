"""Numbers as French news writes them, in figures and in words."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache

from text_to_num import text2num

FIGURES = r"\d{1,3}(?:[ .]\d{3})+(?:,\d{1,4})?|\d{1,9}(?:[.,]\d{1,4})?"
_WORD = (
    r"(?:zéro|une?|deux|trois|quatre|cinq|six|sept|huit|neuf|dix|onze|douze|treize|quatorze|quinze|seize|vingts?|"
    r"trente|quarante|cinquante|soixante|septante|huitante|octante|nonante|cents?|mille)"
)
WORDS = rf"{_WORD}(?:(?:[ -]et[ -]|[ -]){_WORD})*"
_THOUSANDS = re.compile(r"(?<=\d)[ .](?=\d{3}(?:\D|$))")


@lru_cache(maxsize=4096)
def value(text: str) -> Decimal | None:
    """The value of what FIGURES or WORDS match, with or without "virgule"; None where words are no number.

    >>> value("1.250,5"), value("12.5"), value("soixante-quinze"), value("quarante-quatre virgule quatre")
    (Decimal('1250.5'), Decimal('12.5'), Decimal('75'), Decimal('44.4'))
    >>> value("septante et un"), value("deux cents"), value("mille")
    (Decimal('71'), Decimal('200'), Decimal('1000'))
    """
    if text[:1].isdigit():
        plain = _THOUSANDS.sub("", text) if re.fullmatch(r"[1-9]\d{0,2}(?:[ .]\d{3})+(?:,\d+)?", text) else text
        return Decimal(plain.replace(",", "."))
    whole, _, decimals = text.lower().partition(" virgule ")
    try:
        result = Decimal(text2num(_plain(whole), "fr"))
        return result + Decimal(f"0.{text2num(_plain(decimals), 'fr')}") if decimals else result
    except ValueError:
        return None


def _plain(words: str) -> str:
    return re.sub(r"\bune\b", "un", words)
