"""Who calls, and whether they may: what routes ask for with ``Depends(needs(...))``."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from starlette.requests import HTTPConnection

from api.guard.keys import PREFIX, Key, Scope
from api.problems import Problem
from api.serving import Serving, serving

FORWARDED = frozenset({"forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip"})
"""What comes with one of these came through a proxy, from who knows where."""

AT_ONCE = 4
"""Answers of a key with a budget, as what they cost is known when they are done."""

_bearer = HTTPBearer(
    auto_error=False, description="A key that `scholium keys create` made: `sch_...`"
)


@dataclass(frozen=True, slots=True)
class Caller:
    """Whoever calls. ``owner`` is whose threads these are; ``key`` is None where none is needed."""

    owner: str
    key: Key | None

    @property
    def most_answers(self) -> int | None:
        """How many answers may be written for them at once."""
        return AT_ONCE if self.key and self.key.budget_usd is not None else None

    @property
    def is_admin(self) -> bool:
        """Whether everything is theirs: where no key is needed, it is."""
        return self.key is None or Scope.ADMIN in self.key.scopes

    def may(self, *scopes: Scope) -> bool:
        """Whether one of these scopes is theirs."""
        return self.key is None or self.key.reaches(scopes)


def needs(*scopes: Scope) -> Callable[..., Awaitable[Caller]]:
    """A caller with one of ``scopes``, within their limits. Raises Problem."""

    async def caller(
        request: Request,
        given: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)],
        here: Annotated[Serving, Depends(serving)],
    ) -> Caller:
        return await admitted(here, request, given.credentials if given else None, scopes)

    return caller


async def admitted(
    here: Serving, request: HTTPConnection, token: str | None, scopes: Collection[Scope]
) -> Caller:
    """Whoever sends ``request`` with ``token``. Raises Problem.

    Looking a key up takes some microseconds, by a connection that nothing else uses: less than a
    thread would. Counting is a write, and may have to wait.
    """
    key = _key(here, token, forwarded=not FORWARDED.isdisjoint(request.headers.keys()))
    if key and not key.reaches(scopes):
        wanted = " or ".join(scopes)
        raise Problem("forbidden", f"the key {key.name!r} ({key.key_id}) lacks the scope {wanted}")
    await _check_rate(here, key, request.client.host if request.client else "")
    request.scope["state"]["key"] = key.key_id if key else ""
    return Caller(key.key_id if key else "", key)


def within_budget(caller: Caller, here: Serving) -> None:
    """Raises Problem where the caller's key has spent its month's budget."""
    key = caller.key
    if key and key.budget_usd is not None and here.keys.spent_usd(key.key_id) >= key.budget_usd:
        raise Problem(
            "over-budget",
            f"the key {key.name!r} has spent its {key.budget_usd:g} USD of this month: "
            "wait for the next, or use another key",
            {"Retry-After": "86400"},
        )


def _key(here: Serving, token: str | None, *, forwarded: bool) -> Key | None:
    """The key that was given, or none where none is needed. A wrong one is not passed over, but
    where none is needed, what is plainly no key of ours is: many clients can't do without one.
    """
    challenge = {"WWW-Authenticate": "Bearer"}
    required = forwarded or here.keys_required()
    if token and (required or token.startswith(f"{PREFIX}_")):
        if key := here.keys.verify(token):
            return key
        raise Problem("unauthorized", "this key is unknown, revoked or expired", challenge)
    if required:
        hint = "send `Authorization: Bearer sch_...`; `scholium keys create` makes keys"
        raise Problem("unauthorized", hint, challenge)
    return None


async def _check_rate(here: Serving, key: Key | None, address: str) -> None:
    own = key.per_minute if key else None
    per_minute = here.settings.serve.per_minute if own is None else own
    if not per_minute:
        return
    name = f"key {key.key_id}" if key else f"address {address}"
    if wait_s := await asyncio.to_thread(here.rates.wait_s, name, per_minute):
        raise Problem(
            "rate-limited",
            f"the limit is {per_minute} requests a minute: wait a moment",
            {"Retry-After": str(math.ceil(wait_s))},
        )
