"""How two spellings of one name are made comparable: case, accents, articles, legal forms, "groupe"."""

from __future__ import annotations

import re
import unicodedata

_LIGATURES = str.maketrans({"œ": "oe", "Œ": "oe", "æ": "ae", "Æ": "ae", "ß": "ss", "ø": "o", "Ø": "o", "ł": "l"})
_ARTICLE = re.compile(r"^(?:l'|le |la |les |d'|the )")
_GROUP = re.compile(r"^groupe ")
_LEGAL_FORM = re.compile(
    r"(?: (?:s\.? ?a\.?(?: ?s\.?(?: ?u\.?)?)?|sas|sasu|sa|sarl|sca|sci|scs|snc|se|nv|bv|ag|gmbh|plc|inc|ltd|llc|"
    r"corp|spa|s\.p\.a|ab|asa|oyj|srl|kg))\.?$"
)


def fold(name: str) -> str:
    """The key under which a name is compared and stored.

    >>> fold("L'Oréal S.A.") == fold("l’oréal")
    True
    >>> fold("le groupe Orange"), fold("Orange Bank"), fold("Cœur de Ville")
    ('orange', 'orange bank', 'coeur de ville')
    """
    text = unicodedata.normalize("NFKD", name.translate(_LIGATURES)).casefold()
    text = "".join(c for c in text if not unicodedata.combining(c)).replace("’", "'")
    text = re.sub(r"[\"«»“”]", "", text)
    text = " ".join(text.replace("-", " ").split())
    stripped = _GROUP.sub("", _ARTICLE.sub("", text))
    stripped = _LEGAL_FORM.sub("", stripped)
    return stripped.strip(" .,") or text
