"""The values that pass between the stages.

Everything here is immutable and knows nothing of files, engines or models. `paper` has what
papers are made of, with `spans`, `table` and `links`; `search` what is asked and found, `trace` how
that came about, `answer` what is said and cited, `glossary` what things and papers are called,
`chat` what passes between us and a language model.
"""

from rag.types.answer import Answer, Citation, Draft, Statement, Verdicts
from rag.types.chat import Completion, Message, TokenLogprob
from rag.types.comparison import ClaimPair, Comparison, PaperClaim, Relation
from rag.types.glossary import Glossary, KnownTerm, Name, NamedPaper, NameKind, Term
from rag.types.links import Link, LinkKind, Reference
from rag.types.paper import (
    Box,
    Chunk,
    Element,
    Kind,
    Line,
    Metadata,
    Paper,
    PaperRow,
    Role,
    Section,
    section_path,
)
from rag.types.search import (
    Candidate,
    CitedPaper,
    Entry,
    Evidence,
    Filter,
    Hit,
    Query,
    Ranking,
    Turn,
    Variant,
    Vector,
    WeighedSentence,
)
from rag.types.spans import Span
from rag.types.table import Cell, Grid
from rag.types.trace import (
    HitTrace,
    Judgement,
    Retrieval,
    Rewriting,
    Selected,
    StageTrace,
    Status,
    Step,
    StepKind,
    Trace,
    TransformTrace,
    Usage,
)

__all__ = [
    "Answer",
    "Box",
    "Candidate",
    "Cell",
    "Chunk",
    "Citation",
    "CitedPaper",
    "ClaimPair",
    "Comparison",
    "Completion",
    "Draft",
    "Element",
    "Entry",
    "Evidence",
    "Filter",
    "Glossary",
    "Grid",
    "Hit",
    "HitTrace",
    "Judgement",
    "Kind",
    "KnownTerm",
    "Line",
    "Link",
    "LinkKind",
    "Message",
    "Metadata",
    "Name",
    "NameKind",
    "NamedPaper",
    "Paper",
    "PaperClaim",
    "PaperRow",
    "Query",
    "Ranking",
    "Reference",
    "Relation",
    "Retrieval",
    "Rewriting",
    "Role",
    "Section",
    "Selected",
    "Span",
    "StageTrace",
    "Statement",
    "Status",
    "Step",
    "StepKind",
    "Term",
    "TokenLogprob",
    "Trace",
    "TransformTrace",
    "Turn",
    "Usage",
    "Variant",
    "Vector",
    "Verdicts",
    "WeighedSentence",
    "section_path",
]
