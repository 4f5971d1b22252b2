"""Amounts of money, found on characters.

| form | amount, currency |
| --- | --- |
| 1,2 milliard d'euros, 300 millions €, 45 M€, 2,5 Mds€, 12.000 euros | in full, EUR |
| 10 millions de dollars, $10 millions, 3 milliards de dollars canadiens | USD, USD, CAD |
| 40 milliards FCFA, 5 millions de dinars, 8 millions de francs suisses | XAF/XOF as "FCFA", DZD as "dinar", CHF |
| un euro symbolique, deux cents millions d'euros | 1 EUR, 200,000,000 EUR |
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from pipeline.extraction import numbers


@dataclass(frozen=True)
class Money:
    """An amount at [start, end). `currency` is the ISO code, or the unit's name where several countries share it."""

    start: int
    end: int
    amount: Decimal
    currency: str


_SCALES = {
    "mille": 10**3, "k": 10**3, "millier": 10**3, "milliers": 10**3,
    "million": 10**6, "millions": 10**6, "m": 10**6, "mio": 10**6, "mln": 10**6,
    "milliard": 10**9, "milliards": 10**9, "md": 10**9, "mds": 10**9, "mrd": 10**9,
}  # fmt: skip
# unit (longest first) → currency
_UNITS = {
    "euros symboliques": "EUR", "euro symbolique": "EUR", "euros": "EUR", "euro": "EUR", "eur": "EUR", "€": "EUR",
    "dollars américains": "USD", "dollars canadiens": "CAD", "dollars australiens": "AUD",
    "dollars de hong kong": "HKD", "dollars": "USD", "dollar": "USD", "us$": "USD", "usd": "USD",
    "$": "USD", "$ ca": "CAD",
    "livres sterling": "GBP", "livres": "GBP", "livre sterling": "GBP", "gbp": "GBP", "£": "GBP",
    "francs suisses": "CHF", "franc suisse": "CHF", "chf": "CHF", "francs belges": "BEF",
    "francs cfa": "FCFA", "fcfa": "FCFA", "francs pacifique": "XPF", "francs": "franc", "franc": "franc",
    "dirhams": "dirham", "dirham": "dirham", "dinars": "dinar", "dinar": "dinar", "roubles": "RUB", "hryvnias": "UAH",
    "yens": "JPY", "yen": "JPY", "yuans": "CNY", "yuan": "CNY", "roupies": "roupie", "wons": "KRW", "reais": "BRL",
    "zlotys": "PLN", "couronnes suédoises": "SEK", "couronnes norvégiennes": "NOK", "couronnes danoises": "DKK",
    "couronnes": "couronne", "livres turques": "TRY", "rands": "ZAR", "nairas": "NGN", "riyals": "riyal",
    "pesos": "peso",
}  # fmt: skip
_UNIT = "|".join(
    re.escape(unit) + (r"\b" if unit[-1].isalpha() else "") for unit in sorted(_UNITS, key=len, reverse=True)
)
_SCALE = r"milliards?|millions?|milliers?|mille|mds?|mrd|mio|mln|[mk](?=\s?[€$£]|\s?eur\b)"
_AMOUNT = re.compile(
    rf"(?<![\w.,])(?P<sign>[$£€]\s?)?(?P<number>{numbers.FIGURES}|{numbers.WORDS}(?: virgule {numbers.WORDS})?)"
    rf"(?:\s?(?P<scale>{_SCALE}))?(?:(?:\s?de\s|\s?d'|\s?)(?P<unit>{_UNIT}))?",
    re.IGNORECASE,
)


def find(text: str) -> list[Money]:
    """All amounts of a normalised text, in order.

    >>> [(str(m.amount), m.currency) for m in find("1,2 milliard d'euros, 45 M€, $10 millions, 12.000 francs suisses")]
    [('1200000000.0', 'EUR'), ('45000000', 'EUR'), ('10000000', 'USD'), ('12000', 'CHF')]
    >>> [(str(m.amount), m.currency) for m in find("deux cents millions d'euros, un euro symbolique, 300 emplois")]
    [('200000000', 'EUR'), ('1', 'EUR')]
    """
    found = []
    for match in _AMOUNT.finditer(text):
        unit = match["unit"] or (match["sign"] or "").strip()
        number = numbers.value(match["number"]) if unit else None
        if number is None:
            continue
        end = match.end("unit") if match["unit"] else match.end("scale") if match["scale"] else match.end("number")
        scale = _SCALES[match["scale"].lower()] if match["scale"] else 1
        found.append(Money(match.start(), end, number * scale, _UNITS[unit.lower()]))
    return found
