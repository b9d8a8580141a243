"""How well section headings are found in the QASPER PDFs.

usage: headings.py [--data FOLDER] [--misses]

Gold are the section names of structure.json; "A ::: B" names B inside A, and both count, once.
A heading matches a name if the edit similarity (1 - distance / longer length) of their letters
and digits, in lower case and without section numbers, is .8 or more; matches are one to one, best
first. Gold leaves out references, and most acknowledgements and appendices: found headings that
match no name count as wrong unless they are of the references or acknowledgements.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import time
from collections.abc import Sequence
from pathlib import Path

from ingest.headings.outline import plain
from ingest.parsers.pdf.body import section_blocks
from ingest.parsers.pdf.extract import read_pdf

ENOUGH = 0.8
UNCOUNTED = re.compile(r"references?|bibliograph|acknowledge?ments?|literaturecited")

_TEX = re.compile(r"@!(?:START|END)@|\\[a-z]+ ?\{[^{}]*\}|\\[a-z]+")


def names(sections: Sequence[str]) -> list[str]:
    """Every node of the paths, once, without the commands of TeX that stand in some."""
    paths = [tuple(_TEX.sub("", part).strip() for part in name.split(":::")) for name in sections]
    nodes = {path[:depth]: None for path in paths for depth in range(1, len(path) + 1)}
    return [node[-1] for node in nodes]


def similarity(a: str, b: str) -> float:
    """1 - edit distance / longer length."""
    if not a or not b:
        return float(a == b)
    if abs(len(a) - len(b)) > (1 - ENOUGH) * max(len(a), len(b)):
        return 0.0
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        diagonal, row[0] = row[0], i
        for j, y in enumerate(b, 1):
            diagonal, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, diagonal + (x != y))
    return 1 - row[-1] / max(len(a), len(b))


def match(gold: Sequence[str], found: Sequence[str]) -> list[tuple[int, int]]:
    """Pairs of indices, one to one, best first."""
    pairs = [
        (similarity(plain(g), plain(f)), -abs(i - j), i, j)
        for i, g in enumerate(gold)
        for j, f in enumerate(found)
    ]
    used: tuple[set[int], set[int]] = (set(), set())
    matched = []
    for score, _, i, j in sorted(pairs, reverse=True):
        if score >= ENOUGH and i not in used[0] and j not in used[1]:
            used[0].add(i)
            used[1].add(j)
            matched.append((i, j))
    return matched


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    given = os.environ.get("SCHOLIUM_DATA")
    parser.add_argument("--data", type=Path, default=given, required=given is None)
    parser.add_argument(
        "--misses", action="store_true", help="show what was missed and what is wrong"
    )
    args = parser.parse_args()
    folder = args.data / "qasper-pdf"
    hit = missed = wrong = pages = 0
    seconds = 0.0
    for paper, gold in json.loads((folder / "structure.json").read_text()).items():
        started = time.perf_counter()
        document = read_pdf(folder / "papers" / f"{paper}.pdf")
        sections, _ = section_blocks(document)
        seconds += time.perf_counter() - started
        pages += document.pages
        expected, found = names(gold["sections"]), [section.title for section in sections]
        matched = match(expected, found)
        left = [name for i, name in enumerate(expected) if i not in {i for i, _ in matched}]
        over = [
            title
            for j, title in enumerate(found)
            if j not in {j for _, j in matched} and not UNCOUNTED.match(plain(title))
        ]
        hit, missed, wrong = hit + len(matched), missed + len(left), wrong + len(over)
        if args.misses and (left or over):
            print(f"{paper}\n  missed {left}\n  wrong  {over}")
    precision, recall = hit / (hit + wrong), hit / (hit + missed)
    f1 = 2 * precision * recall / (precision + recall)
    print(f"precision {precision:.3f}  recall {recall:.3f}  F1 {f1:.3f}", end="  ")
    print(f"{1000 * seconds / pages:.2f} ms/page (reading and structure)")


if __name__ == "__main__":
    main()
