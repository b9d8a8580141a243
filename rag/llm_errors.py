"""What a failed model call means: for the reader, and for whether to try again.

litellm gives its exceptions the HTTP status that they stand for, so they are told apart by
status and wording; this module knows nothing else of litellm.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from rag.errors import ContextTooLong, ModelError

RETRYABLE = frozenset({408, 409, 425, 429})
_LONGEST_QUOTE = 200
_PREFIX = re.compile(r"^(?:[\w.]*litellm[\w.]*: |\w*(?:Error|Exception|Timeout)(?: -|:) )+")
_CONTEXT = re.compile(
    r"context[ _](?:length|window|size|limit)|maximum context|entity too large|input token count"
    r"|(?:prompt|input|inputs|request|payload) (?:is |are )?too (?:long|large)|too many tokens:"
    r"|`inputs` (?:tokens|must have)",
    re.I,
)
_NO_KEY = re.compile(r"missing credentials|api[_ ]key.{0,40}(?:must be set|missing|required)", re.I)
_NO_MONEY = re.compile(r"insufficient_quota|exceeded your current quota|credit balance", re.I)
_UNREACHABLE = re.compile(r"connection error|connect(?:ion)? ?(?:refused|timeout|failed)", re.I)
_CUT = re.compile(r"peer closed|incomplete (?:message|chunked)|disconnected|reset by peer", re.I)
# What litellm and its parsers say of a reply that they can't read.
_INVALID = re.compile(
    r"has no attribute|(?:is|are) not (?:iterable|subscriptable|valid)|validation errors? for"
    r"|Expecting (?:value|property|',')|JSONDecodeError|<\w+ \[200|[Uu]nterminated string"
)
_SECRET = re.compile(r"\b(?:sk|pk|gsk|hf|key)[-_][\w-]{6,}")


@dataclass(frozen=True, slots=True)
class Failure:
    """A failed call: the error to raise, and whether and when another try may help."""

    error: ModelError
    retryable: bool = False
    retry_after_s: float | None = None


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls which model: what a message may say. ``secrets`` are never repeated."""

    model: str
    host: str
    key_name: str
    secrets: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.model} at {self.host}" if self.host else self.model


def explain(error: Exception, caller: Caller) -> Failure:
    """What went wrong in the call that raised ``error``."""
    text = _said(error, caller)
    status, wait_s = _status(error), retry_after_s(error)
    what = f"The model {caller} "
    told = type(error).__name__ == "ContextWindowExceededError" or status == 413
    if told or _CONTEXT.search(text):
        advice = "lower answer.evidence, or choose a model that reads more"
        return Failure(ContextTooLong(f"{what}can't read a prompt of this length ({text})", advice))
    if status in (401, 403) or _NO_KEY.search(text):
        return Failure(ModelError(f"{what}refused the key ({text})", f"set {caller.key_name}"))
    if _NO_MONEY.search(text) and wait_s is None:
        return Failure(ModelError(f"{what}has no quota left ({text})", "check the account's plan"))
    return _by_status(status, what, text, wait_s)


def invalid_answer(caller: Caller) -> Failure:
    """A reply that is no completion: a web page, an empty body."""
    return _invalid(f"The model {caller} ")


def _invalid(what: str) -> Failure:
    advice = "check llm.api_base, and that its server can stream"
    return Failure(ModelError(f"{what}sent no valid answer", advice), True)


def _by_status(status: int | None, what: str, text: str, wait_s: float | None) -> Failure:
    if status == 429:
        advice = "wait, or choose a model with a higher limit"
        return Failure(ModelError(f"{what}is called too often ({text})", advice), True, wait_s)
    if status == 404:
        advice = "check llm.model and llm.api_base"
        return Failure(ModelError(f"{what}was not found ({text})", advice))
    if _UNREACHABLE.search(text):
        advice = "check that its server runs and llm.api_base is right"
        return Failure(ModelError(f"{what}can't be reached", advice), True, wait_s)
    if _CUT.search(text):
        advice = "try again, and look at the server's log"
        return Failure(ModelError(f"{what}broke off in the middle of its answer", advice), True)
    if (status is None or status >= 500) and _INVALID.search(text):
        return _invalid(what)
    if status is None or status >= 500 or status in RETRYABLE:
        advice = "try again later, and look at the server's log"
        return Failure(ModelError(f"{what}failed ({text})", advice), True, wait_s)
    return Failure(ModelError(f"{what}refused the request ({text})", "check the [llm] settings"))


def retry_after_s(error: Exception, now: datetime | None = None) -> float | None:
    """The wait that the server asked for, from ``Retry-After`` in seconds or as a date."""
    value = _headers(error).get("retry-after", "").strip()
    if not value:
        return None
    try:
        return max(float(value), 0.0)
    except ValueError:
        pass
    try:
        wait = parsedate_to_datetime(value) - (now or datetime.now(UTC))
    except (ValueError, TypeError):  # no date either, or one without a time zone
        return None
    return max(wait.total_seconds(), 0.0)


def _headers(error: Exception) -> Mapping[str, str]:
    own = getattr(error, "litellm_response_headers", None)
    response = getattr(error, "response", None)
    return own or getattr(response, "headers", None) or {}


def _status(error: Exception) -> int | None:
    status = getattr(error, "status_code", None)
    return status if isinstance(status, int) else None


def _said(error: Exception, caller: Caller) -> str:
    """The provider's words on one line, without litellm's wrapping and without secrets."""
    text = " ".join(str(error).split())
    text = _PREFIX.sub("", text).partition(" Original exception:")[0].partition(" Traceback (")[0]
    for secret in caller.secrets:
        text = text.replace(secret, "***")
    return _SECRET.sub("***", text)[:_LONGEST_QUOTE].strip()
