"""Tokenizer rules for business news, on top of spaCy's French ones."""

from __future__ import annotations

from spacy.language import Language
from spacy.symbols import ORTH
from spacy.tokenizer import Tokenizer
from spacy.util import compile_infix_regex, compile_suffix_regex

_INFIXES = [
    r"(?<=\d)%(?=[\w(/,;:-])",  # 5,01%du, 10%,20%
    r"(?<=%)[-/,;:(](?=[\w(])",  # 5%-10%, 49,9%/50,1
    r"(?<=[^\W\d]{2})\((?=\d)",  # Thales(22%)
]
_SUFFIXES = [r"(?<=[a-zà-ÿ]{2})\+"]  # the quotation marks of agencies, +cloud+ ...
_NAMES = ("Canal+", "Disney+", "TV+", "Ciné+", "Planète+", "Paramount+", "Sport+")  # ... and no part of these


def adapt(nlp: Language) -> Language:
    """The pipeline with these rules in its tokenizer; one with another kind of tokenizer is left as it is.

    >>> import spacy
    >>> nlp = adapt(spacy.blank("fr"))
    >>> [token.text for token in nlp("5,01%du capital, 49,9%/50,1, 5%-10%, +cloud+, 1&1, Canal+")]
    ['5,01', '%', 'du', 'capital', ',', '49,9', '%', '/', '50,1', ',', '5', '%', '-', '10', '%', ',', \
'+', 'cloud', '+', ',', '1&1', ',', 'Canal+']
    """
    tokenizer, defaults = nlp.tokenizer, nlp.Defaults
    if not isinstance(tokenizer, Tokenizer) or nlp.lang != "fr":
        return nlp
    tokenizer.infix_finditer = compile_infix_regex([*(defaults.infixes or ()), *_INFIXES]).finditer
    tokenizer.suffix_search = compile_suffix_regex([*(defaults.suffixes or ()), *_SUFFIXES]).search
    for name in _NAMES:
        tokenizer.add_special_case(name, [{ORTH: name}])
    return nlp
