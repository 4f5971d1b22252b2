"""The wheel alone, in an empty environment outside the checkout: the command, the model and the demo are in it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]


def test_the_wheel_carries_model_and_demo(tmp_path: Path) -> None:
    def call(*arguments: object) -> str:
        environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
        done = subprocess.run(
            [str(a) for a in arguments], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet"]
    call(*pip, "wheel", "--no-deps", "--wheel-dir", tmp_path, ROOT)
    (wheel,) = tmp_path.glob("actionnariat-*.whl")
    call(sys.executable, "-m", "venv", tmp_path / "venv")
    python = tmp_path / "venv" / "bin" / "python"
    call(python, *pip[1:], "install", "--constraint", ROOT / "constraints.txt", f"{wheel}[all]")
    command = tmp_path / "venv" / "bin" / "actionnariat"
    printed = call(command, "demo", "--port", "0", "--db", "elsewhere.db")
    assert "Who holds Cloudwatt" in printed and "44.4 %" in printed
    assert str(ROOT) not in call(python, "-c", "import pipeline.locations as l; print(l.DEFAULT_MODEL, l.DEMO_DATA)")
