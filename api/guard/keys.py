"""API keys: made and revoked on the command line, kept as hashes in the library's catalog.

A key is 256 random bits, so a plain SHA-256 of it can't be turned back; slow hashes are for what
people think up.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import time
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from sqlite3 import Row

from rag.errors import UsageError
from rag.store.catalog_writer import WritableCatalog
from rag.store.connection import Connection
from rag.types import Usage

PREFIX = "sch"


class Scope(StrEnum):
    """What a key is for; ``admin`` is for everything."""

    READ = "read"
    ASK = "ask"
    WRITE = "write"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class Key:
    """A key without its secret. ``per_minute`` and ``budget_usd``, of a month, are None where there
    is no limit.
    """

    key_id: str
    name: str
    scopes: frozenset[Scope]
    per_minute: int | None
    budget_usd: float | None
    created: float
    expires: float | None
    revoked: float | None

    def reaches(self, wanted: Collection[Scope]) -> bool:
        """Whether one of ``wanted`` is among its scopes."""
        return Scope.ADMIN in self.scopes or not self.scopes.isdisjoint(wanted)


class Keys:
    """The keys of a library. Reads go by ``reader``, a connection that waits for no writer."""

    def __init__(self, catalog: WritableCatalog, reader: Connection | None = None) -> None:
        self._catalog = catalog
        self._reader = reader or catalog

    def create(
        self,
        name: str,
        scopes: Collection[Scope],
        per_minute: int | None = None,
        budget_usd: float | None = None,
        days: float | None = None,
    ) -> tuple[Key, str]:
        """A new key and its text, which is nowhere else and never shown again."""
        key_id, secret, now = secrets.token_hex(4), secrets.token_urlsafe(32), time.time()
        expires = now + days * 86400 if days else None
        key = Key(key_id, name, frozenset(scopes), per_minute, budget_usd, now, expires, None)
        self._catalog.execute(
            "INSERT INTO keys VALUES (?, ?, ?, ?, ?, ?, ?, ?, NULL)",
            [
                key_id,
                name,
                _hash(secret),
                " ".join(sorted(scopes)),
                per_minute,
                budget_usd,
                now,
                expires,
            ],
        )
        return key, f"{PREFIX}_{key_id}_{secret}"

    def all(self) -> list[Key]:
        """Every key, the revoked included, oldest first."""
        return [_key(row) for row in self._reader.select("SELECT * FROM keys ORDER BY created")]

    def any(self) -> bool:
        """Whether there ever was a key: that the last is revoked opens nothing to everybody."""
        return bool(self._reader.select("SELECT 1 FROM keys LIMIT 1"))

    def any_holds(self) -> bool:
        """Whether there is a key that was neither revoked nor has expired."""
        sql = "SELECT 1 FROM keys WHERE revoked IS NULL AND ifnull(expires, ?1 + 1) > ?1 LIMIT 1"
        return bool(self._reader.select(sql, [time.time()]))

    def revoke(self, key_id: str) -> None:
        """Ends a key for ever. Raises UsageError if there is none."""
        sql = "UPDATE keys SET revoked = ? WHERE key_id = ? AND revoked IS NULL"
        if not self._catalog.execute(sql, [time.time(), key_id]):
            raise UsageError(f"no key {key_id!r} that holds: `scholium keys list` has them")

    def verify(self, text: str) -> Key | None:
        """The key that ``text`` is, if it holds. The secret is compared in constant time."""
        key_id, secret = _parts(text)
        found = self._reader.select("SELECT * FROM keys WHERE key_id = ?", [key_id])
        known = found[0]["hash"] if found else bytes(32)
        if not hmac.compare_digest(_hash(secret), known) or not found:
            return None
        key = _key(found[0])
        expired = key.expires is not None and key.expires < time.time()
        return None if key.revoked or expired else key

    def charge(self, key_id: str, usage: Usage) -> None:
        """Adds what was spent to what the key has spent this month; "" is no key."""
        if not key_id or usage == Usage():
            return
        self._catalog.execute(
            "INSERT INTO spending VALUES (?, ?, 1, ?, ?) ON CONFLICT DO UPDATE SET "
            "answers = answers + 1, tokens = tokens + excluded.tokens, "
            "cost_usd = cost_usd + excluded.cost_usd",
            [key_id, _month(), usage.prompt_tokens + usage.completion_tokens, usage.cost_usd],
        )

    def spent_usd(self, key_id: str) -> float:
        """What the key has spent this month."""
        sql = "SELECT cost_usd FROM spending WHERE key_id = ? AND month = ?"
        return sum(float(row[0]) for row in self._reader.select(sql, [key_id, _month()]))


def _parts(text: str) -> tuple[str, str]:
    prefix, _, rest = text.partition("_")
    key_id, _, secret = rest.partition("_")
    return (key_id, secret) if prefix == PREFIX else ("", "")


def _hash(secret: str) -> bytes:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).digest()


def _month() -> str:
    return time.strftime("%Y-%m", time.gmtime())


def _key(row: Row) -> Key:
    scopes = frozenset(Scope(scope) for scope in row["scopes"].split())
    return Key(
        row["key_id"],
        row["name"],
        scopes,
        row["per_minute"],
        row["budget_usd"],
        row["created"],
        row["expires"],
        row["revoked"],
    )
