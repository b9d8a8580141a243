"""What is passed over where a whole folder is taken for one LaTeX paper."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import islice
from pathlib import Path

from ingest.parsers.tree import MAX_FILES
from ingest.projects import TEX
from rag.errors import SourceError

_MOST_READ_BYTES = 4 << 20
_NAMED = 3


def overlooked(folder: Path, documents: Sequence[Path]) -> SourceError | None:
    """Says which of the ``documents`` in a LaTeX project are none of its figures, and not its own
    output: people put a letter's source among their papers. None if there are none such.
    """
    try:
        left = sorted(_not_of(folder, documents))
    except OSError:
        return None  # whoever reads the project says what is wrong with it
    if not left:
        return None
    names = ", ".join(str(path.relative_to(folder)) for path in left[:_NAMED])
    more = f" and {len(left) - _NAMED} more" if len(left) > _NAMED else ""
    return SourceError(
        str(folder),
        "is read as one LaTeX paper, as a LaTeX document lies at its top, so these in it are not: "
        f"{names}{more}; name them, or move the document into a folder of its own",
    )


def _not_of(folder: Path, documents: Iterable[Path]) -> list[Path]:
    stems, named = set[str](), set[str]()
    for path in islice(folder.rglob("*"), MAX_FILES):
        if path.suffix.lower() in TEX and path.is_file():
            stems.add(path.stem)
            with path.open("rb") as file:
                text = file.read(_MOST_READ_BYTES).decode("utf-8", "replace")
            named.update(re.findall(r"[^\s{}\[\],/\\]+", text))
    return [
        path
        for path in documents
        if path.stem not in stems
        and not {path.name, path.stem} & named
        and not path.stem.lower().startswith("readme")
    ]
