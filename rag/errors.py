"""Everything that Scholium raises on purpose.

ScholiumError
├── ConfigError           the configuration is wrong: a key, a value, a missing package
├── UsageError            the call is wrong: an empty question, an unknown role
│   ├── UnknownPaper      no such paper in the library
│   ├── UnknownJob        no such job
│   └── UploadError       what was uploaded can't be taken
│       ├── TooLarge         it is larger, or more, than may be uploaded
│       └── UnsupportedType  it is neither PDF nor Markdown
├── LibraryError          the library can't be opened, read or written
│   ├── LibraryLocked     another process is writing
│   ├── LibraryCorrupt    the catalog is damaged
│   └── SettingsMismatch  the library was built with other settings
├── QueueFull             as many jobs are waiting as may
├── CostLimit             a language model would cost more than it may
├── SearchEngineError     a search engine failed
├── EmbeddingError        an embedding model failed or can't be loaded
├── ModelError            the language model failed
│   ├── ModelTimeout      it took too long
│   ├── ContextTooLong    the prompt is longer than the model can read
│   ├── OverBudget        it would take more than it may
│   └── UnusableAnswer    it answered, but not what it was asked for
└── SourceError           a file can't be ingested or shown; ``reason`` is one line for the user
    ├── FetchError        what a URL leads to can't be had, or may not
    │   └── NothingThere  and never will be: nothing is there, or nothing of use
    └── NoSuchPage        it has no such page

A message says what failed, the offending value, and what to do about it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rag.types import Usage  # with numpy, which `--help` can do without


class ScholiumError(Exception):
    """The root: catch this to catch them all."""


class ConfigError(ScholiumError):
    """The configuration is wrong."""


class UsageError(ScholiumError):
    """The call is wrong."""


class UnknownPaper(UsageError):
    """No such paper in the library."""


class UnknownJob(UsageError):
    """No such job."""


class UploadError(UsageError):
    """What was uploaded can't be taken."""


class TooLarge(UploadError):
    """An upload is larger, or of more files, than is allowed."""


class UnsupportedType(UploadError):
    """An uploaded file is neither PDF nor Markdown, whatever its name says."""


class LibraryError(ScholiumError):
    """The library can't be opened, read or written."""


class LibraryLocked(LibraryError):
    """Another process is writing to the library."""


class LibraryCorrupt(LibraryError):
    """The catalog is damaged."""


class SettingsMismatch(LibraryError):
    """The library was built with settings other than the configured ones."""


class QueueFull(ScholiumError):
    """As many jobs are waiting as may: later there is room."""


class CostLimit(ScholiumError):
    """What a language model is to write would cost more than the limit leaves."""


class SearchEngineError(ScholiumError):
    """A search engine failed."""


class EmbeddingError(ScholiumError):
    """An embedding model failed or can't be loaded."""


class ModelError(ScholiumError):
    """The language model failed: ``what`` happened, and ``advice`` on what to do.

    ``usage`` is what was spent all the same, where that is known.
    """

    def __init__(self, what: str, advice: str = "", usage: Usage | None = None) -> None:
        super().__init__(what, advice)
        self.what = what
        self.advice = advice
        self.usage = usage

    def __str__(self) -> str:
        return f"{self.what}: {self.advice}" if self.advice else self.what


class ModelTimeout(ModelError):
    """The language model took too long."""


class ContextTooLong(ModelError):
    """The prompt is longer than the language model can read."""


class OverBudget(ModelError):
    """A call is not made, as it might take more than the budget leaves."""


class UnusableAnswer(ModelError):
    """The language model answered, but not in a way that can be used: it cited nothing, say."""

    def __init__(self, what: str, usage: Usage) -> None:
        super().__init__(what, usage=usage)


class SourceError(ScholiumError):
    """A file can't be ingested.

    ``reason`` is one line for the user and does not repeat the file's name.
    """

    def __init__(self, source: str, reason: str) -> None:
        super().__init__(f"{source}: {reason}")
        self.source = source
        self.reason = reason

    def __reduce__(self) -> tuple[type[SourceError], tuple[str, str]]:
        return type(self), (self.source, self.reason)


class FetchError(SourceError):
    """What a URL or an identifier leads to can't be had, or may not be asked for."""


class NothingThere(FetchError):
    """There is nothing, or nothing of use, so that asking again is of no use either."""


class NoSuchPage(SourceError):
    """The file has no such page, or none at all."""
