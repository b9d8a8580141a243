"""What the tables of the configuration are made of: kinds of values, and kinds of tables."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, ClassVar, Self
from urllib.parse import urlsplit, urlunsplit

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    PlainSerializer,
    model_validator,
)

Positive = Annotated[int, Field(gt=0)]
Seconds = Annotated[float, Field(gt=0)]
Share = Annotated[float, Field(ge=0, le=1)]
Weight = Annotated[float, Field(ge=0)]


def without_login(url: str) -> str:
    """``url`` without the name and password that may stand before its host."""
    parts = urlsplit(url)
    _, at, host = parts.netloc.rpartition("@")
    return urlunsplit(parts._replace(netloc=host)) if at else url


def _readable(url: str) -> str:
    without_login(url)  # raises ValueError for what is no URL at all
    return url


def _no_login(url: str) -> str:
    if without_login(url) != url:
        raise ValueError("holds a name or a password, which no server is sent: leave it out")
    return url


VariableName = Annotated[str, Field(pattern=r"^([A-Za-z_][A-Za-z0-9_]*)?$")]
OpenUrl = Annotated[str, AfterValidator(_no_login)]
PrivateUrl = Annotated[str, AfterValidator(_readable), PlainSerializer(without_login)]
"""May hold a password, which is left out wherever the settings are written down."""


class Table(BaseModel):
    """One table of the file."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        protected_namespaces=(),
        allow_inf_nan=False,
        hide_input_in_errors=True,
    )


class Choice(Table):
    """A table whose ``kind`` decides which of its other keys mean anything: those in ``USES``."""

    USES: ClassVar[Mapping[str, frozenset[str]]]
    kind: str

    def used(self) -> set[str]:
        """The keys that the chosen kind reads, ``kind`` included."""
        return {"kind", *self.USES[self.kind]}

    @model_validator(mode="after")
    def _nothing_idle(self) -> Self:
        fields = type(self).model_fields
        changed = {key for key in fields if getattr(self, key) != fields[key].default}
        if idle := sorted(changed - self.used()):
            raise ValueError(
                f'{", ".join(idle)} would do nothing with kind = "{self.kind}": '
                "leave it out, or choose another kind"
            )
        return self
