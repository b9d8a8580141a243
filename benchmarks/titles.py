"""How often a PDF's title is read rightly.

usage: titles.py [--data FOLDER]

Reads famous/ and pmlr/ (MANIFEST.tsv) and qasper-pdf/ (structure.json). A title is right if its
letters and digits, in lower case, have an edit similarity of .9 or more to those of the expected
one. Some expected titles are annotated or shortened: what stands in brackets at the end of one is
left out, and it is enough if one begins with the other and the rest is a subtitle after a colon.
Misses are listed.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import re
import unicodedata
from collections.abc import Iterator
from difflib import SequenceMatcher
from pathlib import Path

from ingest.metadata import find_metadata
from ingest.parsers.pdf.extract import read_pdf

ENOUGH = 0.9


def letters(title: str) -> str:
    folded = unicodedata.normalize("NFKD", title).lower()
    return re.sub(r"[\W_]+", "", folded)


def right(expected: str, found: str) -> bool:
    bare = re.sub(r"\s*\([^)]*\)\s*$", "", expected)
    for variant in {expected, bare}:
        a, b = letters(variant), letters(found)
        if SequenceMatcher(None, a, b, autojunk=False).ratio() >= ENOUGH:
            return True
        shorter, longer = sorted((variant, found), key=len)
        if letters(shorter) and letters(longer.split(":")[0]) == letters(shorter):
            return True
    return False


def expected_titles(data: Path) -> Iterator[tuple[Path, str]]:
    for folder, papers in ((data / "famous", data / "famous/papers"), (data / "pmlr",) * 2):
        with (folder / "MANIFEST.tsv").open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file, delimiter="\t"):
                yield papers / row["file"], row["title"]
    structure = json.loads((data / "qasper-pdf/structure.json").read_text(encoding="utf-8"))
    for paper, gold in structure.items():
        yield data / "qasper-pdf/papers" / f"{paper}.pdf", gold["title"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    given = os.environ.get("SCHOLIUM_DATA")
    parser.add_argument("--data", type=Path, default=given, required=given is None)
    args = parser.parse_args()
    count = good = 0
    for file, expected in expected_titles(args.data):
        document = read_pdf(file)
        lines = [x for x in (*document.lines, *document.furniture) if x.box.page <= 2]
        found = find_metadata(lines, document.info, file.name).title
        count += 1
        if right(expected, found):
            good += 1
        else:
            print(f"{file.name}\n  expected {expected}\n  found    {found}")
    print(f"{good} of {count} titles right ({good / count:.1%})")


if __name__ == "__main__":
    main()
