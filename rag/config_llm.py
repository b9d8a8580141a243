"""Settings of the language models."""

from __future__ import annotations

from typing import Annotated, Any, Literal, get_args

from pydantic import BeforeValidator, Field

from rag.config_values import Positive, PrivateUrl, Seconds, Table, VariableName

ModelRole = Literal["answer", "rewrite", "judge", "ingest"]
"""What a model is asked for: to write answers, to rewrite questions, to judge what was found or
said, to write for the indexes while papers come in."""

Count = Annotated[int, Field(ge=0)]
Dollars = Annotated[float, Field(ge=0)]


class Endpoint(Table):
    """A model and where it is served. What is None is as in ``[llm]``.

    ``api_base`` and ``api_key_env`` of ``[llm]`` hold for models of the same provider alone (the
    name before the slash): nobody is sent another's key.
    """

    model: str | None = None
    api_base: PrivateUrl | None = None
    api_key_env: VariableName | None = None
    context_tokens: Count | None = None


def _named(value: Any) -> Any:
    return {"model": value} if isinstance(value, str) else value


Fallback = Annotated[Endpoint, BeforeValidator(_named)]
"""Written as a table, or as the model's name alone."""


class Role(Endpoint):
    """The model of one role. What is None is as in ``[llm]``; ``model = ""`` is no model."""

    temperature: Dollars | None = None
    max_tokens: Positive | None = None
    retries: Count | None = None
    timeout_s: Seconds | None = None
    stall_s: Seconds | None = None
    deadline_s: Seconds | None = None
    fallbacks: tuple[Fallback, ...] | None = None


class Roles(Table):
    """Models of their own for what models are asked for."""

    answer: Role = Role()
    rewrite: Role = Role()
    judge: Role = Role()
    ingest: Role = Role()


class Budget(Table):
    """What models may take; 0 is any amount. A day is one of UTC.

    A request is a question with all the calls that it leads to, or one call while papers come in.
    The day's sums are those of all processes that share the user's cache folder.
    """

    request_tokens: Count = 0
    request_usd: Dollars = 0.0
    day_tokens: Count = 0
    day_usd: Dollars = 0.0

    @property
    def is_bounded(self) -> bool:
        """Whether there is anything to keep to."""
        return any((self.request_tokens, self.request_usd, self.day_tokens, self.day_usd))


class Llm(Table):
    """The language model. Without ``model``, here or in a role, none is ever called.

    ``deadline_s`` bounds one answer, retries and ``fallbacks`` included; ``stall_s`` the wait for
    its next piece. ``context_tokens`` is how much the model reads and writes at once; 0 is what
    litellm knows. ``max_concurrent`` bounds the calls at a time of a process, 0 is any number.
    ``cache``: answers at temperature 0 are kept on disk.
    """

    model: str = ""
    api_base: PrivateUrl = ""
    api_key_env: VariableName = ""
    fallbacks: tuple[Fallback, ...] = ()
    temperature: Annotated[float, Field(ge=0)] = 0.0
    max_tokens: Positive = 800
    context_tokens: Count = 0
    retries: Count = 2
    timeout_s: Seconds = 30.0
    stall_s: Seconds = 15.0
    deadline_s: Seconds = 90.0
    max_concurrent: Count = 256
    cache: bool = False
    budget: Budget = Budget()
    roles: Roles = Roles()

    def of_role(self, role: ModelRole) -> Llm:
        """The settings of one role's model, and of no other."""
        given: Role = getattr(self.roles, role)
        changes: dict[str, Any] = {"roles": Roles()}
        if role == "ingest":  # a library records who wrote, so nobody stands in unasked
            changes["fallbacks"] = ()
        elif self.model:  # else they are seen from the role's model
            changes["fallbacks"] = tuple(_placed(table) for table in self.in_turn()[1:])
        return self.model_copy(update={**changes, **self._moved(given)})

    def has(self, role: ModelRole) -> bool:
        """Whether a model is configured for ``role``."""
        return bool(self.of_role(role).model)

    @property
    def answers_queries(self) -> bool:
        """Whether any model is configured for what a question leads to."""
        return any(self.has(role) for role in get_args(ModelRole) if role != "ingest")

    def in_turn(self) -> tuple[Llm, ...]:
        """The model alone, then each that is asked where those before it fail; nobody twice."""
        alone = self.model_copy(update={"fallbacks": ()})
        kept = {_placed(alone): alone}
        for each in self.fallbacks:
            table = alone.model_copy(update=self._moved(each))
            kept.setdefault(_placed(table), table)
        return tuple(kept.values())

    def without_queries(self) -> Llm:
        """No model but the one that writes while papers come in."""
        writer = self.of_role("ingest")
        kept = {name: getattr(writer, name) for name in ("model", "api_base", "api_key_env")}
        return self.model_copy(update={"model": "", "roles": Roles(ingest=Role(**kept))})

    def _moved(self, given: Endpoint) -> dict[str, Any]:
        """What ``given`` says, and what can't hold for its model of what is said here."""
        fields = type(given).model_fields
        said = {name: value for name in fields if (value := getattr(given, name)) is not None}
        model = said.get("model", self.model)
        elsewhere: dict[str, Any] = {}
        if self.model and model != self.model:
            elsewhere["context_tokens"] = 0
        if self.model and _provider(model) != _provider(self.model):
            elsewhere |= {"api_base": "", "api_key_env": ""}
        return {**elsewhere, **said}


def _placed(table: Llm) -> Endpoint:
    """The model of ``table`` with all that is to be known of where it is."""
    return Endpoint(**{name: getattr(table, name) for name in Endpoint.model_fields})


def _provider(model: str) -> str:
    provider, slash, _ = model.partition("/")
    return provider if slash else ""
