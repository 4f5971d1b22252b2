"""Numbers as French news writes them, in figures and in words."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache

FIGURES = r"\d{1,3}(?:[ .]\d{3})+(?:,\d{1,4})?|\d{1,9}(?:[.,]\d{1,4})?"
_WORD = (
    r"(?:zéro|une?|deux|trois|quatre|cinq|six|sept|huit|neuf|dix|onze|douze|treize|quatorze|quinze|seize|vingts?|"
    r"trente|quarante|cinquante|soixante|septante|huitante|octante|nonante|cents?|mille)"
)
WORDS = rf"{_WORD}(?:(?:[ -]et[ -]|[ -]){_WORD})*"
_THOUSANDS = re.compile(r"(?<=\d)[ .](?=\d{3}(?:\D|$))")
_WORDS_TO_16 = "zéro un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize"
_UNITS = {word: number for number, word in enumerate(_WORDS_TO_16.split())}
_TENS = {"vingt": 20, "trente": 30, "quarante": 40, "cinquante": 50, "soixante": 60}
_TENS |= {"septante": 70, "huitante": 80, "octante": 80, "nonante": 90}


@lru_cache(maxsize=4096)
def value(text: str) -> Decimal | None:
    """The value of what FIGURES or WORDS match, with or without "virgule"; None where words are no number.

    >>> value("1.250,5"), value("12.5"), value("soixante-quinze"), value("quarante-quatre virgule quatre")
    (Decimal('1250.5'), Decimal('12.5'), Decimal('75'), Decimal('44.4'))
    >>> value("septante et un"), value("quatre-vingt-dix-neuf"), value("deux cents"), value("mille")
    (Decimal('71'), Decimal('99'), Decimal('200'), Decimal('1000'))
    >>> value("deux trois"), value("trente vingt")
    (None, None)
    """
    if text[:1].isdigit():
        plain = _THOUSANDS.sub("", text) if re.fullmatch(r"[1-9]\d{0,2}(?:[ .]\d{3})+(?:,\d+)?", text) else text
        return Decimal(plain.replace(",", "."))
    whole, _, decimals = text.lower().partition(" virgule ")
    number, fraction = _words(whole), _words(decimals) if decimals else 0
    if number is None or fraction is None:
        return None
    return Decimal(f"{number}.{fraction}") if decimals else Decimal(number)


def _words(text: str) -> int | None:
    """The value of number words, up to 999,999; None where they do not make one number."""
    total = 0
    room = 1_000_000  # what the next word must be smaller than
    for word in re.split(r"[ -]+", text):
        if word in ("et", ""):
            continue
        plain = word.removesuffix("s") if word in ("vingts", "cents") else "un" if word == "une" else word
        if plain == "vingt" and total % 100 == 4:  # quatre-vingt
            total, room = total - 4 + 80, 20
        elif plain in ("cent", "mille"):
            size = 100 if plain == "cent" else 1000
            last = total % 1000 if plain == "cent" else total
            if last >= (10 if plain == "cent" else 1000) or (room < size and not last > 1):
                return None
            total, room = total - last + max(last, 1) * size, size
        elif plain in _TENS and _TENS[plain] < room:
            total, room = total + _TENS[plain], 20 if plain == "soixante" else 10
        elif plain in _UNITS and _UNITS[plain] < room and (_UNITS[plain] or not total):
            total, room = total + _UNITS[plain], 10 if plain == "dix" else 0
        else:
            return None
    return total
