"""The options that several commands share."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click
from click.shell_completion import CompletionItem

from rag.home import library_path

if TYPE_CHECKING:
    from rag.config import Settings
    from rag.types import Filter, Role

F = TypeVar("F", bound=Callable[..., Any])
Years = tuple[int | None, int | None]


@dataclass(slots=True)
class Common:
    """What every command accepts, before its name or after it; the later one counts."""

    library: Path | None = None
    config: Path | None = None
    debug: bool = False

    @property
    def path(self) -> Path:
        """The library: as given, else ``SCHOLIUM_LIBRARY``, else ``~/.scholium``."""
        return library_path(self.library)

    def settings(self) -> Settings:
        """The configuration. Raises ConfigError."""
        from rag.config import load

        return load(self.config)


def common(command: F) -> F:
    """Adds ``--library``, ``--config`` and ``--debug``."""
    path = click.Path(path_type=Path)
    options = [
        click.option(
            "--library",
            type=path,
            metavar="DIR",
            expose_value=False,
            callback=_keep,
            help="Directory of the library. [default: $SCHOLIUM_LIBRARY, else ~/.scholium]",
        ),
        click.option(
            "--config",
            type=path,
            metavar="FILE",
            expose_value=False,
            callback=_keep,
            help="Configuration, in TOML. [default: $SCHOLIUM_CONFIG]",
        ),
        click.option(
            "--debug",
            is_flag=True,
            default=None,
            expose_value=False,
            is_eager=True,
            callback=_keep,
            help="Show the traceback of an error.",
        ),
    ]
    for option in reversed(options):
        command = option(command)
    return command


def _keep(ctx: click.Context, param: click.Parameter, value: object) -> None:
    if value is not None and param.name:
        setattr(ctx.ensure_object(Common), param.name, value)


class RoleType(click.ParamType["Role"]):
    """The role of a section, such as ``method``."""

    name = "role"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Role:
        from rag.types import Role

        try:
            return Role(str(value).strip().lower().replace("-", " ").replace("_", " "))
        except ValueError:
            roles = ", ".join(Role)
            self.fail(f"no such section role: {str(value)!r}. The roles are: {roles}.", param, ctx)

    def shell_complete(
        self,
        ctx: click.Context,  # noqa: ARG002
        param: click.Parameter,  # noqa: ARG002
        incomplete: str,
    ) -> list[CompletionItem]:
        from rag.types import Role

        names = [role.value.replace(" ", "-") for role in Role]
        return [CompletionItem(name) for name in names if name.startswith(incomplete)]


class YearsType(click.ParamType[Years]):
    """A year or a range of years; either end may be left open."""

    name = "years"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> Years:
        if isinstance(value, tuple):
            return value
        found = re.fullmatch(r"(\d{4})?\s*([-–])?\s*(\d{4})?", str(value).strip())
        if not found or not any(found.group(1, 3)) or (all(found.group(1, 3)) and not found[2]):
            self.fail(
                f"not a range of years: {str(value)!r}. Write 2017, 2015-2020, 2015- or -2020.",
                param,
                ctx,
            )
        first, dash, last = found.groups()
        years = (int(first) if first else None, int(last) if last else None)
        if not dash:
            years = (years[0], years[0])
        if years[0] and years[1] and years[0] > years[1]:
            self.fail(f"{years[0]} is after {years[1]}: write the earlier year first.", param, ctx)
        return years


class PaperType(click.ParamType[str]):
    """A paper, by its id, its file's name, or a part of its title."""

    name = "paper"

    def shell_complete(
        self,
        ctx: click.Context,
        param: click.Parameter,  # noqa: ARG002
        incomplete: str,
    ) -> list[CompletionItem]:
        from rag.errors import ScholiumError
        from rag.store.catalog import Catalog

        try:
            with Catalog(ctx.ensure_object(Common).path) as catalog:
                papers = catalog.papers()
        except ScholiumError:
            return []
        wanted = incomplete.casefold()
        names = ((paper, (paper.paper_id, Path(paper.source).stem)) for paper in papers)
        fitting = ((p, [n for n in both if n.casefold().startswith(wanted)]) for p, both in names)
        return [
            CompletionItem(found[0], help=paper.metadata.title) for paper, found in fitting if found
        ]


def filters(command: F) -> F:
    """Adds ``--paper``, ``--section`` and ``--year``; `where` reads them."""
    options = [
        click.option(
            "--paper",
            "papers",
            multiple=True,
            type=PaperType(),
            metavar="PAPER",
            help="Only in this paper: its id, its file's name, or a part of its title. "
            "May be repeated.",
        ),
        click.option(
            "--section",
            "roles",
            multiple=True,
            type=RoleType(),
            metavar="ROLE",
            help="Only in sections of this role, such as method or results. May be repeated.",
        ),
        click.option(
            "--year",
            "years",
            type=YearsType(),
            metavar="A-B",
            help="Only in papers of these years: 2017, 2015-2020, 2015- or -2020.",
        ),
    ]
    for option in reversed(options):
        command = option(command)
    return command


def llm_switch(does: str) -> Callable[[F], F]:
    """Adds ``--no-llm``, whose help is what it ``does``; `without_model` does it."""
    return click.option("--no-llm", is_flag=True, help=f"{does}; call no language model.")


def without_model(settings: Settings) -> Settings:
    """``settings`` with no language model configured: nothing calls one then."""
    from rag.config import Rerank

    tables = {"llm": settings.llm.without_queries()}  # the library's record names that one
    judge = {"rerank": Rerank()} if settings.rerank.kind == "llm" else {}
    return settings.model_copy(update={**tables, **judge})


def where(papers: tuple[str, ...], roles: tuple[Role, ...], years: Years | None) -> Filter:
    """The filter that the options of `filters` ask for."""
    from rag.types import Filter

    first, last = years or (None, None)
    return Filter(frozenset(papers), frozenset(roles), first, last)
