"""Where the files that ship with the product are, and where a user's own files live by default."""

from __future__ import annotations

from pathlib import Path

import platformdirs

_PACKAGE = Path(__file__).resolve().parent
# A wheel carries data/ and models/ inside the package; a checkout has them beside it.
_SHIPPED = _PACKAGE / "_shipped" if (_PACKAGE / "_shipped").is_dir() else _PACKAGE.parent

DEMO_DATA = _SHIPPED / "data" / "demo"
GAZETTEER = _SHIPPED / "data" / "gazetteer"
MODELS = _SHIPPED / "models"
DEFAULT_MODEL = MODELS / "fr_actionnariat"
STAKE_NETWORK = MODELS / "stakes"

DEFAULT_DATABASE = Path(platformdirs.user_data_dir("actionnariat", appauthor=False)) / "actionnariat.db"
DEFAULT_CONFIG = Path(platformdirs.user_config_dir("actionnariat", appauthor=False)) / "config.toml"
