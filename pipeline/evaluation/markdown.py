"""A report as text: the ladder, by register and phenomenon, entities; Markdown that also reads on a terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tabulate import tabulate

from pipeline.evaluation.scorer import CORE, FULL, NAME_LABELS, RUNGS, Report, Score, match
from pipeline.evaluation.spans import SpanReport
from pipeline.records import Stake

Table = list[list[str]]


def ladder(report: Report) -> str:
    """Precision, recall and F1 with its interval, a line per rung."""
    rows = []
    for rung in RUNGS:
        low, high = report.interval(rung)
        rows.append([rung, *_numbers(report.rung(rung)), f"{low:.3f} to {high:.3f}"])
    return table(["stakes", "precision", "recall", "F1", "95 % interval"], rows)


def totals(report: Report) -> str:
    """The ladder, false stakes and names, nothing about single articles or groups."""
    bad, free = report.stake_free()
    total = report.rung(CORE)
    lines = [
        f"{len(report.articles)} articles, {total.gold} gold stakes, {total.read} read, {report.crashed()} crashes.",
        "",
        ladder(report),
        "",
        f"False stakes per 1,000 other percentages: {report.false_per_thousand():.0f}. "
        f"Stake-free articles that yield a stake: {bad} of {free}{f' ({bad / free:.1%})' if free else ''}.",
        "",
        names(report),
    ]
    return "\n".join(lines)


def names(report: Report) -> str:
    """Entity scores by label."""
    rows = [[label, *_numbers(report.entities(label))] for label in NAME_LABELS]
    return table(["names", "precision", "recall", "F1"], [*rows, ["all", *_numbers(report.entities())]])


def reliability(rows: Sequence[tuple[float, float, int, int]]) -> str:
    """What confidences are worth: of the stakes told with one, how many are right."""
    cells = [
        [f"{low:.1f} to {low + 0.1:.1f}", str(told), f"{mean:.2f}", f"{right / told:.2f}"]
        for low, mean, told, right in rows
    ]
    return table(["confidence", "stakes told", "mean confidence", "share right (core)"], cells)


def spans(report: SpanReport) -> str:
    """Percentages and sentence boundaries."""
    rows = [["percentages", *_numbers(report.percents)], ["sentences", *_numbers(report.sentences)]]
    return table(["spans", "precision", "recall", "F1"], rows)


GROUP_COLUMNS = ["articles", "stakes", "core P", "core R", "core F1", "full F1"]


def group_table(title: str, groups: Mapping[str, Report]) -> str:
    """Core and full scores for each group of articles."""
    return table([title, *GROUP_COLUMNS], group_rows(groups))


def group_rows(groups: Mapping[str, Report]) -> Table:
    """The rows of such a table."""
    rows = []
    for name, report in groups.items():
        core, full = report.rung(CORE), report.rung(FULL)
        rows.append([name or "(none)", str(len(report.articles)), str(core.gold), *_numbers(core), f"{full.f1:.3f}"])
    return rows


def comparison(reports: Mapping[str, Report]) -> str:
    """Several readers side by side."""
    rows = []
    for name, report in reports.items():
        bad, free = report.stake_free()
        core, full = report.rung(CORE), report.rung(FULL)
        low, high = report.interval(CORE)
        rows.append([name, *_numbers(core), f"{low:.3f} to {high:.3f}", f"{full.f1:.3f}", f"{bad}/{free}"])
    head = ["reader", "core P", "core R", "core F1", "95 % interval", "full F1", "stake-free that yield one"]
    return table(head, rows)


def errors(report: Report) -> str:
    """What was missed, wrong or too much, article by article, beside the sentence."""
    lines: list[str] = []
    for scored in report.articles:
        gold = scored.gold
        pairs = dict(match(gold, gold.stakes, scored.read, RUNGS[CORE]))
        wrong = [(gold.stakes[i], scored.read[j]) for i, j in pairs.items()]
        rows = [("differs", *_differing(g, r)) for g, r in wrong if _fields(g) != _fields(r)]
        rows += [("missed", _say(s), s.evidence.text) for i, s in enumerate(gold.stakes) if i not in pairs]
        rows += [("too much", _say(s), s.evidence.text) for j, s in enumerate(scored.read) if j not in pairs.values()]
        if rows or scored.crashed:
            lines += ["", f"{gold.article.id}: {gold.article.title}" + (" (crashed)" if scored.crashed else "")]
            lines += [f"  {kind:<9} {said}\n            « {sentence} »" for kind, said, sentence in rows]
    return "\n".join(lines).strip()


def _differing(gold: Stake, read: Stake) -> tuple[str, str]:
    differences = [
        f"{name} {getattr(read, name)!r} should be {getattr(gold, name)!r}"
        for name in ("bound", "basis", "nature", "status", "as_of", "counterparty")
        if getattr(gold, name) != getattr(read, name)
    ]
    return f"{_say(read)}: {', '.join(differences)}", gold.evidence.text


def _fields(stake: Stake) -> tuple[object, ...]:
    return stake.bound, stake.basis, stake.nature, stake.status, stake.as_of, stake.counterparty


def _say(stake: Stake) -> str:
    bound = "" if stake.bound == "=" else stake.bound + " "
    holder = " + ".join(stake.holder)
    return f"{holder} | {stake.nature} {bound}{stake.percent} % {stake.basis} | {stake.company} | {stake.status}"


def _numbers(score: Score) -> list[str]:
    return [f"{value:.3f}" for value in (score.precision, score.recall, score.f1)]


def table(head: Sequence[str], rows: Table) -> str:
    """A GitHub table; figures stay as they are written."""
    return str(tabulate(rows, head, tablefmt="github", disable_numparse=True))
