"""How often a PDF's title, authors, year and venue are read rightly.

usage: metadata.py [--data FOLDER]

Reads famous/ and pmlr/ (MANIFEST.tsv) and qasper-pdf/ (structure.json), which have titles, and
tests/golden/metadata.tsv, which has what the first pages print: what an earlier version read,
corrected by looking at the rendered pages.

A title is right if its letters and digits, in lower case, have an edit similarity of .9 or more to
those of the expected one. Some expected titles are annotated or shortened: what stands in brackets
at the end of one is left out, and it is enough if one begins with the other and the rest is a
subtitle after a colon. Where the reference list has another title than the first page (shortened
in the middle, or that of an older version), the golden file has what is printed; the first figure
is against the lists alone, the second against what is printed.

Authors are right if there are as many as expected, in the same order, and every name ends with the
expected family name; accents and case don't count. The year is the one that the first page prints
for its publication, without one that of the first submission by the arXiv id, without one that of
publication. The venue, where one is printed, is right if the expected words are in it; where none
is printed, none may be found. Misses are listed.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from pathlib import Path

from ingest.metadata import find_metadata
from ingest.parsers.pdf.extract import read_pdf
from rag.types import Metadata

GOLDEN = Path(__file__).parents[1] / "tests/golden/metadata.tsv"
ENOUGH = 0.9


def letters(text: str) -> str:
    folded = unicodedata.normalize("NFKD", text).lower()
    return re.sub(r"[\W_]+", "", "".join(c for c in folded if not unicodedata.combining(c)))


def same_title(expected: str, found: str) -> bool:
    bare = re.sub(r"\s*\([^)]*\)\s*$", "", expected)
    for variant in {expected, bare}:
        a, b = letters(variant), letters(found)
        if SequenceMatcher(None, a, b, autojunk=False).ratio() >= ENOUGH:
            return True
        shorter, longer = sorted((variant, found), key=len)
        if letters(shorter) and letters(longer.split(":")[0]) == letters(shorter):
            return True
    return False


def same_authors(expected: Sequence[str], found: Sequence[str]) -> bool:
    return len(expected) == len(found) and all(
        letters(name).endswith(letters(family))
        for family, name in zip(expected, found, strict=True)
    )


def same_venue(expected: str, found: str) -> bool:
    return letters(expected) in letters(found) if expected else not found


def listed_titles(data: Path) -> Iterator[tuple[Path, str]]:
    for folder, papers in ((data / "famous", data / "famous/papers"), (data / "pmlr",) * 2):
        with (folder / "MANIFEST.tsv").open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file, delimiter="\t"):
                yield papers / row["file"], row["title"]
    structure = json.loads((data / "qasper-pdf/structure.json").read_text(encoding="utf-8"))
    for paper, gold in structure.items():
        yield data / "qasper-pdf/papers" / f"{paper}.pdf", gold["title"]


def golden() -> dict[str, dict[str, str]]:
    with GOLDEN.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t", restval="")
        return {row["file"]: row for row in rows}


def judged(found: Metadata, listed: str, printed: dict[str, str]) -> dict[str, tuple[bool, str]]:
    """For each fact: whether it is right, and what was expected."""
    authors, title = printed["authors"], printed["title"] or listed
    return {
        "title, as listed": (same_title(listed, found.title), listed),
        "title, as printed": (same_title(title, found.title), title),
        "authors": (same_authors(authors.split(", "), found.authors), authors),
        "year": (str(found.year) == printed["year"], printed["year"]),
        "venue": (same_venue(printed["venue"], found.venue), printed["venue"] or "none"),
    }


def read(file: Path) -> Metadata:
    document = read_pdf(file)
    lines = [x for x in (*document.lines, *document.furniture) if x.box.page <= 2]
    return find_metadata(lines, document.info, file.name, document.lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    given = os.environ.get("SCHOLIUM_DATA")
    parser.add_argument("--data", type=Path, default=given, required=given is None)
    args = parser.parse_args()
    right: Counter[str] = Counter()
    printed = golden()
    papers = list(listed_titles(args.data))
    print("| file | fact | expected | found |\n|---|---|---|---|")
    for file, listed in papers:
        found = read(file)
        for fact, (good, expected) in judged(found, listed, printed[file.name]).items():
            right[fact] += good
            if not good:
                read_as = getattr(found, fact.split(",")[0])
                shown = ", ".join(read_as) if isinstance(read_as, tuple) else read_as or "none"
                print(f"| {file.name} | {fact} | {expected} | {shown} |")
    print()
    for fact, count in right.items():
        print(f"{fact}: {count} of {len(papers)} right ({count / len(papers):.1%})")


if __name__ == "__main__":
    main()
