"""Holds calls of language models to what they may take: for a request, and for a day.

What a call may take at most is set aside before it is made, and gives way to what it took. So no
limit is passed, however many calls are made at once. The sums of a day are in one SQLite file of
the user's, for all processes; what one that died had set aside counts as taken.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from rag.config_llm import Budget
from rag.errors import LibraryError, OverBudget
from rag.spending import Account, of_request
from rag.store.connection import RECORD_CACHE_KIB, Connection
from rag.types import Usage

FILE_NAME = "spending.sqlite"
_TABLE = (
    "CREATE TABLE IF NOT EXISTS days (day TEXT PRIMARY KEY, prompt_tokens INTEGER NOT NULL, "
    "completion_tokens INTEGER NOT NULL, cost_usd REAL NOT NULL) WITHOUT ROWID"
)
_ADD = """
INSERT INTO days VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO UPDATE SET
    prompt_tokens = prompt_tokens + ?2, completion_tokens = completion_tokens + ?3,
    cost_usd = cost_usd + ?4
"""


@contextmanager
def set_aside(budget: Budget, path: Path, model: str, most: Usage) -> Iterator[Account]:
    """A block that calls ``model``, which may take ``most`` and notes what it took.

    Raises OverBudget, which says what is left, where a limit leaves less than ``most``.
    """
    request, day = of_request(), today()
    try:
        before = _less(request.add(most), most)
        _check(model, most, before, "question", budget.request_tokens, budget.request_usd)
        _take(budget, path, model, most, day)
    except OverBudget:
        request.add(_less(Usage(), most))
        raise
    account = Account()
    try:
        yield account
    finally:
        difference = _less(account.taken, most)
        request.add(difference)
        _settle(budget, path, day, difference)


def today() -> str:
    """The day whose sums grow, in UTC."""
    return datetime.now(UTC).date().isoformat()


def taken_on(path: Path, day: str) -> Usage:
    """What was taken on a day so far, what is set aside included. Raises LibraryError."""
    with _opened(path) as ledger:
        return _sum(ledger, day)


def _take(budget: Budget, path: Path, model: str, most: Usage, day: str) -> None:
    if not (budget.day_tokens or budget.day_usd):
        return
    try:
        with _opened(path) as ledger, ledger.transaction():
            before = _sum(ledger, day)
            _check(model, most, before, "day", budget.day_tokens, budget.day_usd)
            _add(ledger, day, most)
    except LibraryError as error:
        what = f"The model {model} is not asked: what was spent today can't be told ({error})"
        raise OverBudget(what, f"repair or remove {path}, or set no limit for a day") from error


def _settle(budget: Budget, path: Path, day: str, difference: Usage) -> None:
    if not (budget.day_tokens or budget.day_usd):
        return
    try:
        with _opened(path) as ledger:
            _add(ledger, day, difference)
    except LibraryError:
        return  # what was set aside stays taken: the limit holds, and the answer is there


def _check(
    model: str, most: Usage, before: Usage, period: str, tokens: int, dollars: float
) -> None:
    """Raises OverBudget where ``most`` on top of what was taken ``before`` is too much."""
    limits = [
        ("tokens", tokens, _tokens(before), _tokens(most), ",d"),
        ("usd", dollars, before.cost_usd, most.cost_usd, ".4f"),
    ]
    key = "request" if period == "question" else "day"
    for unit, limit, taken, wanted, form in limits:
        if not limit or not wanted or taken + wanted <= limit:
            continue
        name, shown = f"llm.budget.{key}_{unit}", unit.replace("usd", "USD")
        left = format(max(limit - taken, 0), form)
        what = (
            f"The model {model} is not asked: {name} leaves this {period} {left} {shown}, "
            f"and the call may take {format(wanted, form)}"
        )
        wait = ", or wait for the next day (UTC)" if period == "day" else ""
        raise OverBudget(what, f"raise {name}{wait}")


def _tokens(usage: Usage) -> int:
    return usage.prompt_tokens + usage.completion_tokens


def _less(usage: Usage, other: Usage) -> Usage:
    return usage + Usage(-other.prompt_tokens, -other.completion_tokens, -other.cost_usd)


@contextmanager
def _opened(path: Path) -> Iterator[Connection]:
    with Connection(path, "rwc", RECORD_CACHE_KIB) as ledger:
        ledger.select("PRAGMA journal_mode = WAL")
        ledger.select(_TABLE)
        yield ledger


def _sum(ledger: Connection, day: str) -> Usage:
    sql = "SELECT prompt_tokens, completion_tokens, cost_usd FROM days WHERE day = ?"
    rows = ledger.select(sql, [day])
    return Usage(*rows[0]) if rows else Usage()


def _add(ledger: Connection, day: str, usage: Usage) -> None:
    values = (day, usage.prompt_tokens, usage.completion_tokens, usage.cost_usd)
    ledger.execute(_ADD, values)
