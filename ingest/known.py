"""What is known about a paper from elsewhere than its file, and how it completes what that says."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path

from ingest.enrich.merging import merged, taken
from ingest.enrich.service import Record
from ingest.identity import paper_id_of
from ingest.workers import Outcome
from rag.errors import FetchError, SourceError
from rag.types import Metadata, Paper


@dataclass(frozen=True, slots=True)
class Known:
    """Metadata of a file. ``certain``: right even where the file seems to say something else.
    ``remark``: what is to be said of how the file was come by.
    """

    metadata: Metadata
    certain: bool = False
    remark: str = ""


def filled(first: Metadata, second: Metadata) -> Metadata:
    """``first``, with the fields that it does not know taken from ``second``."""
    missing = {
        field.name: getattr(second, field.name)
        for field in fields(Metadata)
        if not getattr(first, field.name)
    }
    return replace(first, **missing)


def completed(paper: Paper, known: Known) -> Paper:
    """The paper with what is known of it; an arXiv id that it did not tell makes its id."""
    if known.remark:
        paper = replace(paper, remarks=(*paper.remarks, known.remark))
    own, other = paper.metadata, known.metadata
    metadata = filled(other, own) if known.certain else filled(own, other)
    if metadata.arxiv_id == own.arxiv_id:
        return replace(paper, metadata=metadata)
    paper_id = paper_id_of(metadata, paper.content_hash, Path(paper.source).name)
    return replace(paper, metadata=metadata, paper_id=paper_id)


def reread(paper: Paper, before: Paper) -> Paper:
    """A ``paper`` that was read again, with what else is known of it from ``before``.

    What the file says now counts. Fields that it does not have stay, as do a title and authors that
    were looked up because the file's are plainly worse, and the remarks that say so.
    """
    looked_up, names = taken(before.remarks)
    known = before.metadata
    better, _ = merged(paper.metadata, Record(known.title, known.authors * ("authors" in names)))
    if better.arxiv_id not in ("", known.arxiv_id):
        known = replace(known, arxiv_version=None)  # of another preprint
    remarks = tuple(dict.fromkeys((*paper.remarks, *looked_up)))
    return replace(paper, metadata=filled(better, known), remarks=remarks)


def read_instead(
    outcomes: Iterable[Outcome],
    instead: Mapping[Path, Callable[[], Path]],
    parse: Callable[[Iterable[Path]], Iterator[Outcome]],
) -> Iterator[Outcome]:
    """The outcomes; where a file is of no use that has another form, that one is read.

    The paper says so among its remarks, and stands in the place of the file.
    """
    for outcome in outcomes:
        other = instead.get(outcome.source)
        if other is None or not isinstance(outcome.result, SourceError):
            yield outcome
            continue
        reason = outcome.result.reason
        try:
            [again] = parse([other()])
        except FetchError as error:
            also = f"{reason}; nor can its PDF be had: {error.reason}"
            yield replace(outcome, result=SourceError(outcome.result.source, also))
            continue
        yield _remarked(replace(again, source=outcome.source), f"read from its PDF: {reason}")


def _remarked(outcome: Outcome, remark: str) -> Outcome:
    if isinstance(outcome.result, SourceError):
        return outcome
    paper = replace(outcome.result, remarks=(*outcome.result.remarks, remark))
    return replace(outcome, result=paper)


def with_known(outcomes: Iterable[Outcome], known: Mapping[Path, Known]) -> Iterator[Outcome]:
    """The outcomes, papers completed by what is known of their files."""
    for outcome in outcomes:
        about = known.get(outcome.source)
        if about is None or not isinstance(outcome.result, Paper):
            yield outcome
        else:
            yield replace(outcome, result=completed(outcome.result, about))
