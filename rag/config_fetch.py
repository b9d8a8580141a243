"""The table [fetch]: what may be had from the network, and how."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from rag.config_values import OpenUrl, Positive, Seconds, Table

Port = Annotated[int, Field(ge=1, le=65535)]


def _lower(names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(name.lower().rstrip(".") for name in names)


class Fetch(Table):
    """Of sources that are URLs or arXiv ids. Nothing else is ever fetched.

    ``timeout_s`` bounds one download as a whole, ``stall_s`` the wait for its next bytes.
    ``allow_private`` lets every host have an address of a private network or of this machine,
    ``private_hosts`` those that it names; link-local addresses are refused all the same.
    ``contact`` is told to servers, so that they can write to whoever burdens them. ``arxiv`` is the
    form of a preprint that is asked for first; where it can't be had, the PDF is.
    """

    enabled: bool = True
    timeout_s: Seconds = 120.0
    stall_s: Seconds = 20.0
    max_mb: Positive = 100
    ports: Annotated[tuple[Port, ...], Field(min_length=1)] = (80, 443)
    allow_private: bool = False
    private_hosts: Annotated[tuple[str, ...], AfterValidator(_lower)] = ()
    contact: Annotated[str, Field(pattern=r"^[\x20-\x7e]*$")] = ""
    arxiv: Literal["source", "html", "pdf"] = "source"
    arxiv_url: OpenUrl = "https://arxiv.org"
    arxiv_api: OpenUrl = "https://export.arxiv.org/api/query"
    arxiv_interval_s: Annotated[float, Field(ge=0)] = 3.0
