"""Documentation that the code can check."""

from __future__ import annotations

import doctest
import importlib
import pkgutil
from dataclasses import fields
from pathlib import Path

import click
import pytest

import pipeline
from pipeline.cli import main
from pipeline.config import Settings

ROOT = Path(__file__).parents[1]
MODULES = [module.name for module in pkgutil.walk_packages(pipeline.__path__, "pipeline.")]


@pytest.mark.parametrize("name", MODULES)
def test_examples_in_docstrings(name: str) -> None:
    result = doctest.testmod(importlib.import_module(name))
    assert result.failed == 0


def settings_table() -> str:
    rows = ["| setting | default | meaning |", "| --- | --- | --- |"]
    for field in fields(Settings):
        default = "" if field.name in ("db", "model") else f"`{field.default!r}`"
        rows.append(f"| `{field.name}` | {default or 'see the README'} | {field.metadata['help']} |")
    return "\n".join(rows)


def test_the_settings_page_lists_every_setting() -> None:
    assert settings_table() in (ROOT / "docs" / "settings.md").read_text(encoding="utf-8"), settings_table()


def commands(group: click.Group) -> list[click.Command]:
    return [c for command in group.commands.values()
            for c in (commands(command) if isinstance(command, click.Group) else [command])]  # fmt: skip


@pytest.mark.parametrize("command", commands(main), ids=lambda c: c.name)
def test_every_command_and_option_has_help(command: click.Command) -> None:
    assert command.help
    assert all(parameter.help for parameter in command.params if isinstance(parameter, click.Option)), command.name
