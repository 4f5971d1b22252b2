"""Every command that the README shows works, in the order in which it shows them."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
COMMANDS = [line[2:] for block in re.findall(r"```console\n(.*?)```", README, re.DOTALL)
            for line in block.splitlines() if line.startswith("$ ")]  # fmt: skip
# Commands that a test cannot repeat inside itself; each is proved elsewhere.
ELSEWHERE = {
    "make test": "this very run",
    "pipx install '.[all]'": "tests/test_wheel.py",
    "git clone": "the checkout itself",
}


def is_elsewhere(command: str) -> bool:
    return any(command.startswith(start) for start in ELSEWHERE)


def test_the_readme_shows_commands() -> None:
    assert sum(command.startswith("actionnariat") for command in COMMANDS) >= 8
    assert any(command == "make run" for command in COMMANDS)


def test_every_command_works(tmp_path: Path) -> None:
    for name in ("data", "models", "pipeline", "Makefile", "constraints.txt", "pyproject.toml"):
        (tmp_path / name).symlink_to(ROOT / name)
    (tmp_path / ".venv").symlink_to(Path(sys.executable).parents[1])
    (Path(sys.executable).parents[1] / "installed").touch()  # this environment is what make would set up
    shutil.copy(ROOT / "README.md", tmp_path)
    (tmp_path / "dispatch.txt").write_text("Titre\nOrange détient 44,4% de Cloudwatt.", encoding="utf-8")
    (tmp_path / "articles.jsonl").write_text('{"id": "a", "title": "T", "body": "Orange détient 44,4% de Cloudwatt."}')
    (tmp_path / "my-feeds.toml").write_text('[[feed]]\nurl = "https://feeds.invalid/rss.xml"\n')
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path, "ACTIONNARIAT_DB": str(tmp_path / "var" / "demo.db")}
    for command in COMMANDS:
        if is_elsewhere(command):
            continue
        if "serve" in command:
            command += " --get /"
        done = subprocess.run(
            command, shell=True, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
        )
        unreachable = "my-feeds.toml" in command or command == "actionnariat run"  # no such host: 69 and a clear line
        assert done.returncode == 69 or done.returncode == 2 if unreachable else done.returncode == 0, (
            f"{command}: {done.returncode}\n{done.stdout}{done.stderr}"
        )


@pytest.mark.parametrize(
    "command", [line for line in README.splitlines() if re.match(r"^[\d*]\S* (\S+ +){4}\S*actionnariat", line)]
)
def test_the_cron_line_calls_a_real_command(command: str) -> None:
    words = command.split()[5:]
    assert words[0].endswith("actionnariat") and words[1] == "run"
