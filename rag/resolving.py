"""Which paper does a name mean?"""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from pathlib import Path

from rag.errors import UnknownPaper
from rag.types import PaperRow

_LISTED = 5
_NEAR = 3


def resolve(name: str, papers: Sequence[PaperRow], where: str) -> str:
    """The id of the one of ``papers`` that ``name`` means.

    An id, a file's name with or without its ending, or a part of one title, in this order.
    Raises UnknownPaper when there is none, or several, naming the near ones; ``where`` they were
    looked for.
    """
    wanted = name.strip().casefold()
    for names in (_by_id, _by_file, _by_title):
        found = [paper for paper in papers if names(paper, wanted)]
        if len(found) == 1:
            return found[0].paper_id
        if found:
            listed = ", ".join(f"{p.paper_id} ({p.metadata.title})" for p in found[:_LISTED])
            raise UnknownPaper(f"{name!r} could be any of {len(found)} papers: {listed}")
    near = _near(wanted, papers)
    hint = f"did you mean {', '.join(near)}?" if near else "`scholium papers` lists them"
    raise UnknownPaper(f"no paper {name!r} in {where}: {hint}")


def _near(wanted: str, papers: Sequence[PaperRow]) -> list[str]:
    """Ids and names of files that are written much alike."""
    known = [each for p in papers for each in (p.paper_id, Path(p.source).stem)]
    spelt = {each.casefold(): each for each in known}
    return [spelt[each] for each in difflib.get_close_matches(wanted, spelt, n=_NEAR)]


def _by_id(paper: PaperRow, wanted: str) -> bool:
    return paper.paper_id.casefold() == wanted


def _by_file(paper: PaperRow, wanted: str) -> bool:
    source = Path(paper.source)
    return wanted in {source.name.casefold(), source.stem.casefold()}


def _by_title(paper: PaperRow, wanted: str) -> bool:
    return bool(wanted) and wanted in paper.metadata.title.casefold()
