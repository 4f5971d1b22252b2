"""`actionnariat evaluate`: how well gold articles are read."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pipeline import config as configuration
from pipeline.cli import options
from pipeline.cli.output import StageBars

if TYPE_CHECKING:
    from pipeline.evaluation.scorer import Report


@click.command(
    epilog="\b\nExamples:\n  actionnariat evaluate data/gold/dev.jsonl\n"
    "  actionnariat evaluate data/gold/train.jsonl --errors | less\n"
    "  actionnariat evaluate data/gold/dev.jsonl --baselines --model fr_core_news_lg"
)
@click.argument("gold", type=click.Path(path_type=Path))
@click.option("--errors", is_flag=True, help="Also print each difference beside its sentence.")
@click.option("--baselines", is_flag=True, help="Also score two simple rules that use the same names.")
@click.option("--totals", is_flag=True, help="Print totals only: nothing of single articles or groups.")
@click.option("--json", "as_json", is_flag=True, help="Print the totals as JSON.")
@options.model
@options.organisations
@options.config
def evaluate(
    gold: Path,
    errors: bool,
    baselines: bool,
    totals: bool,
    as_json: bool,
    model: str | None,
    organisations: str | None,
    config: Path | None,
) -> None:
    """Score the extraction on GOLD, a JSON lines file of annotated articles (data/gold/README.md)."""
    from pipeline.evaluation import evaluate as evaluation
    from pipeline.evaluation import gold as gold_articles
    from pipeline.evaluation import markdown
    from pipeline.extraction.extractor import Extractor

    if totals and errors:
        raise click.UsageError("--totals keeps single articles out of sight; leave out --errors")
    articles = gold_articles.read(gold)
    settings = configuration.load(config, model=model, organisations=organisations)
    extractor = Extractor(settings.model, settings.organisations)
    with StageBars() as bars:
        report = evaluation.evaluate(extractor, articles, lambda done, total: bars("articles", done, total))
    if as_json:
        click.echo(json.dumps(numbers(report), indent=2))
        return
    click.echo(markdown.totals(report))
    if not totals:
        click.echo("\n" + markdown.group_table("register", report.groups(lambda article: [article.register])))
        click.echo("\n" + markdown.group_table("phenomenon", report.groups(lambda article: article.phenomena)))
    if baselines:
        compared = {"extractor": report, **evaluation.baselines(extractor, articles)}
        click.echo("\n" + markdown.comparison(compared))
    if errors:
        click.echo("\n" + markdown.errors(report))


def numbers(report: Report) -> dict[str, Any]:
    """Totals of a report as plain numbers."""
    from pipeline.evaluation.scorer import NAME_LABELS, RUNGS

    scores = {rung: report.rung(rung) for rung in RUNGS}
    bad, free = report.stake_free()
    return {
        "articles": len(report.articles),
        "crashed": report.crashed(),
        "stakes": {
            rung: {"precision": s.precision, "recall": s.recall, "f1": s.f1, "interval": report.interval(rung)}
            for rung, s in scores.items()
        },
        "false_per_1000": report.false_per_thousand(),
        "stake_free": {"articles": free, "yield_one": bad},
        "names": {label: report.entities(label).f1 for label in NAME_LABELS} | {"all": report.entities().f1},
    }
