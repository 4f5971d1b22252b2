"""The scoreboard docs/scores.md, the gate's floors, and the rare runs on the blind part.

python benchmarks/scores.py write                  score dev and its baselines, write docs/scores.md
python benchmarks/scores.py blind "why"            score blind once, totals only, and add a row to its log
python benchmarks/scores.py floors                 set the gate's floors by hand, to what dev reaches today
"""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

from pipeline.cli.evaluate import numbers
from pipeline.evaluation import evaluate, gold, markdown, spans
from pipeline.evaluation.scorer import CORE, FULL, Report
from pipeline.extraction.extractor import Extractor
from pipeline.locations import DEFAULT_MODEL

ROOT = Path(__file__).parents[1]
GOLD = ROOT / "data" / "gold"
FLOORS = GOLD / "floors.json"
BLIND_LOG = GOLD / "blind_runs.jsonl"
PAGE = ROOT / "docs" / "scores.md"
LEVERS = ROOT / "benchmarks" / "levers.md"
BLIND_COLUMNS = ["date", "commit", "reason", "core P", "core R", "core F1", "full F1", "stake-free", "names F1"]


def main(arguments: list[str]) -> int:
    match arguments:
        case ["write"]:
            PAGE.write_text(page(), encoding="utf-8")
        case ["blind", reason] if reason.strip():
            blind(reason.strip())
        case ["floors"]:
            FLOORS.write_text(json.dumps(floors(score("dev")), indent=2) + "\n", encoding="utf-8")
        case _:
            print(__doc__, file=sys.stderr)
            return 2
    return 0


def score(part: str) -> Report:
    """The extractor on train, dev or blind."""
    return evaluate.evaluate(Extractor(str(DEFAULT_MODEL)), gold.read(GOLD / f"{part}.jsonl"))


def gold_hash() -> str:
    """Of the dev part; floors hold for just this one."""
    return hashlib.sha256((GOLD / "dev.jsonl").read_bytes()).hexdigest()


def floors(report: Report) -> dict[str, object]:
    """What dev must reach: the lower ends of the bootstrap intervals, and the upper end of what must not rise."""
    bad, free = report.stake_free()
    return {
        "gold": gold_hash(),
        "core_f1": round(report.interval(CORE)[0], 3),
        "full_f1": round(report.interval(FULL)[0], 3),
        "names_f1": round(report.entities().f1 - 0.02, 3),
        "stake_free_that_yield_one": round((bad + 2) / free, 3),
    }


def page() -> str:
    """docs/scores.md: dev with its baselines and groups, dev_pages and train beside it, and the log of blind runs."""
    extractor = Extractor(str(DEFAULT_MODEL))
    dev = gold.read(GOLD / "dev.jsonl")
    report = evaluate.evaluate(extractor, dev)
    compared = {"extractor": report, **evaluate.baselines(extractor, dev)}
    parts = [
        "# Scores",
        "Written by `make scores`. How they are counted: `pipeline/evaluation/scorer.py`; what the gold is:"
        " [data/gold/README.md](../data/gold/README.md). The interval is a bootstrap over articles.",
        "## Dev",
        markdown.totals(report),
        markdown.spans(spans.evaluate(extractor, dev, GOLD / "dev_spans.jsonl")),
        "### Against two simple rules that use the same names",
        markdown.comparison(compared),
        "### By register",
        markdown.group_table("register", report.groups(lambda article: [article.register])),
        "### By phenomenon (articles that show it)",
        markdown.group_table("phenomenon", report.groups(lambda article: article.phenomena)),
        "### What a confidence is worth",
        "The confidences were calibrated on these articles and those of dev_pages; the table of the blind part is the"
        " one to trust.",
        markdown.reliability(report.reliability()),
        "## Dev, texts that look like pages",
        "Written like pages out of an extractor, one annotator; no text or batch of them is learned from.",
        markdown.totals(evaluate.evaluate(extractor, gold.read(GOLD / "dev_pages.jsonl"))),
        "## Train",
        "Rules and model were made with these articles in sight; the figures only tell how much is left in them.",
        markdown.totals(evaluate.evaluate(extractor, gold.read(GOLD / "train.jsonl"))),
        "## Blind",
        "Scored seldom, never read by whoever writes rules. `make blind REASON=...` adds a row.",
        blind_table(),
        blind_details(),
        LEVERS.read_text(encoding="utf-8").strip(),
    ]
    return "\n\n".join(parts) + "\n"


def blind(reason: str) -> None:
    """Score blind, print totals, add a row to the log and to docs/scores.md."""
    report = score("blind")
    print(markdown.totals(report))
    result = numbers(report)
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.strip()
    row = {"date": datetime.now(UTC).date().isoformat(), "commit": commit, "reason": reason}
    row |= {key: result[key] for key in ("stakes", "stake_free", "names", "false_per_1000")}
    row["reliability"] = report.reliability()
    row["registers"] = markdown.group_rows(report.groups(lambda article: [article.register]))
    row["phenomena"] = markdown.group_rows(report.groups(lambda article: article.phenomena))
    with BLIND_LOG.open("a", encoding="utf-8") as log:
        log.write(json.dumps(row, ensure_ascii=False) + "\n")
    PAGE.write_text(page(), encoding="utf-8")


def blind_table() -> str:
    """The log of blind runs as a table."""
    rows = []
    if BLIND_LOG.exists():
        for run in map(json.loads, BLIND_LOG.read_text(encoding="utf-8").splitlines()):
            core, free = run["stakes"][CORE], run["stake_free"]
            figures = [core["precision"], core["recall"], core["f1"], run["stakes"][FULL]["f1"]]
            rows.append(
                [run["date"], run["commit"], run["reason"], *(f"{value:.3f}" for value in figures)]
                + [f"{free['yield_one']}/{free['articles']}", f"{run['names']['all']:.3f}"]
            )
    return markdown.table(BLIND_COLUMNS, rows)


def blind_details() -> str:
    """What the last blind run kept of itself: confidences, registers, phenomena."""
    runs = [json.loads(line) for line in BLIND_LOG.read_text(encoding="utf-8").splitlines()]
    if not runs or "reliability" not in runs[-1]:
        return ""
    last = runs[-1]
    parts = [
        f"### The run of {last['date']} at {last['commit']}",
        markdown.reliability(last["reliability"]),
        markdown.table(["register", *markdown.GROUP_COLUMNS], last["registers"]),
        markdown.table(["phenomenon", *markdown.GROUP_COLUMNS], last["phenomena"]),
    ]
    return "\n\n".join(parts)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
