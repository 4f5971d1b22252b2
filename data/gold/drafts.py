"""Gold batches as people write them: plain text drafts → JSON lines with offsets, differences, agreement.

    python data/gold/drafts.py check DRAFT...                what is wrong in a draft, a line each
    python data/gold/drafts.py text DRAFT                    the articles alone, for a second annotator
    python data/gold/drafts.py diff FIRST SECOND             where two annotations differ, for a third reader
    python data/gold/drafts.py agreement FIRST... -- SECOND...   agreement per field, as JSON
    python data/gold/drafts.py compile DRAFT REGISTER        the batch as JSON lines

The draft format is described in data/gold/README.md. Needs the installed package (names are compared folded).
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, get_args

from pipeline.names import fold
from pipeline.records import Basis, Bound, Nature, Status

SECTIONS = re.compile(r"^(TITLE|BODY|STAKES|ENTITIES|ALIASES|NOTES):(.*)$")
CELLS = ("holder", "company", "percent", "bound", "basis", "nature", "status", "as_of", "counterparty", "evidence")
ALLOWED = {"bound": Bound, "basis": Basis, "nature": Nature, "status": Status}
AS_OF = re.compile(r"^\d{4}(-\d\d(-\d\d)?)?$")
WORDS = range(55, 321)  # of a body; the aim is 60 to 300


@dataclass
class Draft:
    """One article as written: meta lines, text, and annotation not yet turned into offsets."""

    meta: dict[str, str] = field(default_factory=dict)
    title: str = ""
    body: str = ""
    stakes: list[dict[str, str]] = field(default_factory=list)
    entities: list[tuple[str, str, list[int]]] = field(default_factory=list)  # surface, label, occurrences or all
    aliases: dict[str, list[str]] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)

    def text(self, where: str) -> str:
        """Title or body."""
        return self.title if where == "title" else self.body


def parse(text: str) -> list[Draft]:
    """The drafts of a file, separated by lines of =====."""
    return [_draft(block) for block in re.split(r"(?m)^=====.*$", text) if block.strip()]


def _draft(block: str) -> Draft:
    draft, section = Draft(), "META"
    lines: dict[str, list[str]] = {}
    for line in block.strip("\n").split("\n"):
        if match := SECTIONS.match(line):
            section = match[1]
            lines.setdefault(section, []).append(match[2].strip())
        else:
            lines.setdefault(section, []).append(line.rstrip())
    for line in lines.get("META", []):
        name, _, value = line.partition(":")
        draft.meta[name.strip()] = value.strip()
    draft.title = " ".join(lines.get("TITLE", [])).strip()
    draft.body = "\n".join(lines.get("BODY", [])).strip("\n")
    for line in filter(str.strip, lines.get("STAKES", [])):
        cells = [cell.strip() for cell in line.split("|")]
        if len(cells) == len(CELLS):
            draft.stakes.append(dict(zip(CELLS, cells, strict=True)))
        elif line.strip().lower() not in ("none", "-", "(none)"):
            draft.problems.append(f"a stake with {len(cells)} cells, {len(CELLS)} wanted: {line}")
    for line in filter(str.strip, lines.get("ENTITIES", [])):
        label, _, surfaces = line.strip().partition(":")
        if label not in ("ORG", "PER", "LOC"):
            draft.problems.append(f"entities under {label!r}")
            continue
        draft.entities += [_entity(s.strip(), label) for s in surfaces.split(";") if s.strip()]
    for line in filter(str.strip, lines.get("ALIASES", [])):
        name, _, forms = line.partition(":=")
        draft.aliases[name.strip()] = [form.strip() for form in forms.split(";") if form.strip()]
    return draft


def _entity(surface: str, label: str) -> tuple[str, str, list[int]]:
    match = re.match(r"^(.*)@(\d+(?:,\d+)*),?$", surface)
    return (match[1].strip(), label, [int(n) for n in match[2].split(",")]) if match else (surface, label, [])


def spans(draft: Draft) -> tuple[list[tuple[str, int, int, str]], list[str]]:
    """Entities as (field, start, end, label), longest surface first and without overlaps; and problems."""
    taken: dict[str, list[tuple[int, int]]] = {"title": [], "body": []}
    found, problems = [], []
    for surface, label, wanted in sorted(draft.entities, key=lambda entity: -len(entity[0])):
        places = [
            (where, match.start(), match.end())
            for where in ("title", "body")
            for match in re.finditer(rf"(?<!\w){re.escape(surface)}(?!\w)", draft.text(where))
        ]
        inside_longer = [p for p in places if _covered(p, taken, longer_than=len(surface))]
        countable = [p for p in places if p not in inside_longer]
        if wanted and max(wanted) > len(countable):
            problems.append(f"entity {surface!r}: occurrence {max(wanted)} of {len(countable)}")
        chosen = [p for n, p in enumerate(countable, 1) if not wanted or n in wanted]
        chosen = [p for p in chosen if not _covered(p, taken)]
        if not chosen:
            problems.append(f"entity {surface!r} {label}: not in the text, or only inside a longer name")
        for where, start, end in chosen:
            taken[where].append((start, end))
            found.append((where, start, end, label))
    return sorted(found, key=lambda span: (span[0] != "title", span[1])), problems


def _covered(place: tuple[str, int, int], taken: dict[str, list[tuple[int, int]]], longer_than: int = -1) -> bool:
    where, start, end = place
    return any(start < b and a < end and b - a > longer_than for a, b in taken[where])


def evidence(draft: Draft, quote: str) -> tuple[str, int, int] | None:
    """Where a quotation stands: whole, or as "first words [...] last words"; None if it does not."""
    parts = re.split(r"\s*\[(?:\.\.\.|…)\]\s*", quote.strip())
    for where in ("body", "title"):
        text = draft.text(where)
        start = text.find(parts[0])
        if start < 0:
            continue
        last = text.find(parts[-1], start + len(parts[0])) if len(parts) > 1 else start
        if last >= 0:
            return where, start, last + len(parts[-1])
    return None


def check(draft: Draft) -> list[str]:
    """What is wrong with a draft, a line each."""
    problems = list(draft.problems)
    words = len(re.findall(r"\w+(?:['’]\w+)?", draft.body))
    if not draft.title:
        problems.append("no title")
    if words not in WORDS:
        problems.append(f"body of {words} words")
    if not re.match(r"^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d)?)?$", draft.meta.get("published", "")):
        problems.append("published is no ISO date")
    for stake in draft.stakes:
        try:
            usable = 0 < float(stake["percent"]) <= 100
        except ValueError:
            usable = False
        if not usable:
            problems.append(f"percent {stake['percent']!r}")
        problems += [f"{n} {stake[n]!r}" for n, kind in ALLOWED.items() if stake[n] not in get_args(kind)]
        if stake["as_of"] != "-" and not AS_OF.match(stake["as_of"]):
            problems.append(f"as_of {stake['as_of']!r}")
        if evidence(draft, stake["evidence"]) is None:
            problems.append(f"evidence is not in the text: {stake['evidence']!r}")
    return problems + spans(draft)[1]


def to_json(draft: Draft, register: str, batch: str) -> dict[str, Any]:
    """A checked draft as a line of gold."""
    return {
        "id": draft.meta["id"],
        "title": draft.title,
        "published": draft.meta["published"],
        "body": draft.body,
        "stakes": [_stake(draft, stake) for stake in draft.stakes],
        "entities": [
            {"field": where, "text": draft.text(where)[start:end], "label": label, "start": start, "end": end}
            for where, start, end, label in spans(draft)[0]
        ],
        "aliases": draft.aliases,
        "phenomena": [tag.strip() for tag in draft.meta.get("phenomena", "").split(",") if tag.strip()],
        "register": register,
        "batch": batch,
    }


def _stake(draft: Draft, stake: dict[str, str]) -> dict[str, Any]:
    percent = float(stake["percent"])
    where, start, end = evidence(draft, stake["evidence"]) or ("body", 0, 0)
    return {
        "holder": [name.strip() for name in stake["holder"].split("++")],
        "company": stake["company"],
        "percent": int(percent) if percent.is_integer() else percent,
        **{name: stake[name] for name in ALLOWED},
        **{name: None if stake[name] == "-" else stake[name] for name in ("as_of", "counterparty")},
        "evidence": {"field": where, "text": draft.text(where)[start:end], "start": start, "end": end},
    }


def on_texts_of(first: list[Draft], second: list[Draft]) -> list[Draft]:
    """The second annotation, which repeats no texts, laid over the texts of the first."""
    by_id = {draft.meta["id"]: draft for draft in second}
    laid = []
    for draft in first:
        other = by_id[draft.meta["id"]]
        laid.append(Draft(draft.meta, draft.title, draft.body, other.stakes, other.entities, other.aliases))
    return laid


def pairs(first: Draft, second: Draft) -> tuple[list[tuple[dict[str, str], dict[str, str]]], list[Any], list[Any]]:
    """Stakes of two annotations of one article put side by side, best agreement first; and what is left of each."""
    keys = _name_keys(first, second)
    left, right = list(first.stakes), list(second.stakes)
    scored = [(_alike(a, b, keys), i, j) for i, a in enumerate(left) for j, b in enumerate(right)]
    used_left: set[int] = set()
    used_right: set[int] = set()
    found = []
    for score, i, j in sorted(scored, key=lambda s: (-s[0], s[1], s[2])):
        if score >= 100 and i not in used_left and j not in used_right:
            used_left.add(i)
            used_right.add(j)
            found.append((left[i], right[j]))
    return (
        found,
        [s for i, s in enumerate(left) if i not in used_left],
        [s for j, s in enumerate(right) if j not in used_right],
    )


def _alike(a: dict[str, str], b: dict[str, str], key: Callable[[str], str]) -> int:
    """100 for the same figure, more for each field that agrees."""
    if abs(float(a["percent"]) - float(b["percent"])) > 0.06:
        return 0
    return 100 + sum(10 for n in ("holder", "company") if key(a[n]) == key(b[n])) + sum(a[n] == b[n] for n in ALLOWED)


def _name_keys(*drafts: Draft) -> Callable[[str], str]:
    canonical = {fold(form): fold(name) for d in drafts for name, forms in d.aliases.items() for form in [*forms, name]}

    def key(cell: str) -> str:
        return " + ".join(sorted(canonical.get(fold(name.strip()), fold(name.strip())) for name in cell.split("++")))

    return key


def differences(first: Draft, second: Draft) -> Iterator[str]:
    """Where two annotations of one article differ, for a third reader to settle."""
    key = _name_keys(first, second)
    matched, only_first, only_second = pairs(first, second)
    for a, b in matched:
        names = [n for n in ("holder", "company", "counterparty") if key(a[n]) != key(b[n])]
        names += [n for n in (*ALLOWED, "as_of") if a[n] != b[n]]
        if names:
            yield "  A " + " | ".join(a.values()) + "\n  B " + " | ".join(b.values()) + f"\n    differ in {names}"
    yield from ("  only A " + " | ".join(stake.values()) for stake in only_first)
    yield from ("  only B " + " | ".join(stake.values()) for stake in only_second)
    a_names, b_names = ({(d.text(w)[s:e], label) for w, s, e, label in spans(d)[0]} for d in (first, second))
    if a_names != b_names:
        yield f"  entities only A: {sorted(a_names - b_names)}\n  entities only B: {sorted(b_names - a_names)}"


def agreement(articles: list[tuple[Draft, Draft]]) -> dict[str, float]:
    """Agreement of two annotators: F1 on stakes and names, share of equal fields on stakes that both found."""
    counts = dict.fromkeys(("articles", "first", "second", "both", "core", "full"), 0)
    names = [0, 0]
    equal = dict.fromkeys((*CELLS[:1], *CELLS[1:2], *CELLS[3:9]), 0)
    for first, second in articles:
        key = _name_keys(first, second)
        matched, only_first, only_second = pairs(first, second)
        counts["articles"] += 1
        counts["both"] += len(matched)
        counts["first"] += len(matched) + len(only_first)
        counts["second"] += len(matched) + len(only_second)
        for a, b in matched:
            same = {
                n: key(a[n]) == key(b[n]) if n in ("holder", "company", "counterparty") else a[n] == b[n] for n in equal
            }
            for name, value in same.items():
                equal[name] += value
            core = same["holder"] and same["company"]
            counts["core"] += core
            counts["full"] += core and all(same[n] for n in ALLOWED)
        a_names, b_names = ({(fold(d.text(w)[s:e]), label) for w, s, e, label in spans(d)[0]} for d in (first, second))
        names[0] += len(a_names & b_names)
        names[1] += len(a_names) + len(b_names)
    total = counts["first"] + counts["second"]
    return {
        "articles": counts["articles"],
        "stakes of the first hand": counts["first"],
        "percent is a stake, F1": round(2 * counts["both"] / total, 3),
        "core, F1": round(2 * counts["core"] / total, 3),
        "full, F1": round(2 * counts["full"] / total, 3),
        **{f"{name}, of stakes that both found": round(n / counts["both"], 3) for name, n in equal.items()},
        "names, F1": round(2 * names[0] / names[1], 3),
    }


def main(arguments: list[str]) -> int:
    """Run one of the commands of the module's docstring."""
    command, files = arguments[0], arguments[1:]
    read: Callable[[str], list[Draft]] = lambda path: parse(Path(path).read_text(encoding="utf-8"))  # noqa: E731
    if command == "check":
        problems = [f"{d.meta.get('id', path)}: {p}" for path in files for d in read(path) for p in check(d)]
        print("\n".join(problems) or "OK")
        return bool(problems)
    if command == "text":
        for d in read(files[0]):
            print(f"=====\nid: {d.meta['id']}\npublished: {d.meta['published']}\nTITLE: {d.title}\nBODY:\n{d.body}\n")
    elif command == "diff":
        first = read(files[0])
        for a, b in zip(first, on_texts_of(first, read(files[1])), strict=True):
            if found := list(differences(a, b)):
                print(f"===== {a.meta['id']}: {a.title}", *found, sep="\n")
    elif command == "agreement":
        middle = files.index("--")
        both = []
        for left, right in zip(files[:middle], files[middle + 1 :], strict=True):
            first = read(left)
            both += list(zip(first, on_texts_of(first, read(right)), strict=True))
        print(json.dumps(agreement(both), indent=2))
    elif command == "compile":
        for draft in read(files[0]):
            print(json.dumps(to_json(draft, files[1], Path(files[0]).stem), ensure_ascii=False))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]) if len(sys.argv) > 2 else print(__doc__) or 2)
