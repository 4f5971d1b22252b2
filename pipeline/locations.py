"""Where the files that ship with the product are."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent
# A wheel carries data/ and models/ inside the package; a checkout has them beside it.
_SHIPPED = _PACKAGE / "_shipped" if (_PACKAGE / "_shipped").is_dir() else _PACKAGE.parent

DEMO_DATA = _SHIPPED / "data" / "demo"
GAZETTEER = _SHIPPED / "data" / "gazetteer"
MODELS = _SHIPPED / "models"
DEFAULT_MODEL = MODELS / "fr_actionnariat"
STAKE_NETWORK = MODELS / "stakes"
