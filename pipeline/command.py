"""The command `actionnariat`, also where only the spaCy components were installed: it then says what is missing."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command line; needs what `pip install 'actionnariat[all]'` brings."""
    try:
        from pipeline.cli import main as run
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] == "pipeline":
            raise
        print(
            f"actionnariat: the command needs {error.name}, which is not installed; "
            "install it all with: pip install 'actionnariat[all]'",
            file=sys.stderr,
        )
        sys.exit(1)
    run()
