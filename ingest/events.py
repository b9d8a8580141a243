"""What an ingestion tells whoever watches it, as it happens."""

from __future__ import annotations

from dataclasses import dataclass

from rag.types import Usage


@dataclass(frozen=True, slots=True)
class Found:
    """How many files there are to look at. Comes before what becomes of them."""

    files: int


@dataclass(frozen=True, slots=True)
class Fetched:
    """A source that lies elsewhere was downloaded: ``size`` bytes. Comes before `Found`."""

    source: str
    path: str
    size: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Mined:
    """``done`` of the ``of`` papers that an older version took in have today's glossary, the last
    of them after ``seconds``. Comes before all else.
    """

    done: int
    of: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Parsed:
    """A file was read and cut. ``seconds`` is the worker's own time."""

    source: str
    pages: int
    chunks: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Estimated:
    """A language model is about to be asked, in ``calls``, about ``passages`` of ``papers``,
    not counting what was written before. ``usage`` is at most about what it will take.
    ``unpriced`` names a model whose price nobody knows, where a limit of costs was set.
    """

    papers: int
    passages: int
    calls: int
    usage: Usage
    unpriced: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """A call about so many passages came to its end, well or not, ``seconds`` after the last."""

    passages: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Elaborated:
    """What a language model was to write about a paper's ``passages`` is there, but for those that
    are ``lacking``, for the ``reason`` given; these are indexed as they are. There are so many
    ``more`` chunks for it. ``usage`` is what was paid, and nothing for what was written before.
    """

    source: str
    passages: int
    lacking: int
    more: int
    usage: Usage
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Embedded:
    """So many more chunks have vectors."""

    chunks: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Indexed:
    """So many more chunks are in the indexes."""

    chunks: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Stored:
    """A paper became visible. ``replaced``: it took the place of an older version."""

    source: str
    paper_id: str
    title: str
    pages: int
    chunks: int
    replaced: bool = False


@dataclass(frozen=True, slots=True)
class LookedUp:
    """A paper got what its pages don't tell. ``remarks``: which facts, and from where."""

    paper_id: str
    title: str
    remarks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Unreached:
    """A paper was to be looked up, and these services gave no answer. It stays as it is."""

    paper_id: str
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Unchanged:
    """The library already holds this very content."""

    source: str
    paper_id: str


@dataclass(frozen=True, slots=True)
class Failed:
    """A file could not be ingested; nothing of it is in the library.

    ``passing``: not for what it is, but because something is down that it takes.
    """

    source: str
    reason: str
    passing: bool = False


@dataclass(frozen=True, slots=True)
class Skipped:
    """An entry of an export has no file that could be ingested, or a folder is one paper and holds
    others besides. Comes before `Found`.
    """

    source: str
    reason: str


@dataclass(frozen=True, slots=True)
class Gone:
    """The file of a paper is not in its watched folder any more. ``removed``: nor is the paper."""

    source: str
    paper_id: str
    removed: bool


@dataclass(frozen=True, slots=True)
class Trouble:
    """Watching can't do its work for now; it goes on trying."""

    reason: str


Event = (
    Fetched
    | Found
    | Mined
    | Parsed
    | Embedded
    | Indexed
    | Stored
    | LookedUp
    | Unreached
    | Unchanged
    | Failed
    | Skipped
    | Gone
    | Trouble
    | Estimated
    | Asked
    | Elaborated
)
