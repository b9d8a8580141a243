"""Fills the pages of reports: one file each, without a script and without anything to fetch.

Templates that stand here, for what all pages have, can be included by the others.
"""

from __future__ import annotations

from pathlib import Path

from rag.config import Settings

HERE = Path(__file__).parent


def fill(folder: Path, **values: object) -> str:
    """``page.html`` of the folder, as HTML; the values are escaped.

    ``style`` has what is in ``page.css``: the one of all pages, and the folder's own after it.
    """
    import jinja2

    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader([folder, HERE]),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    sheets = dict.fromkeys((HERE / "page.css", folder / "page.css"))
    style = "\n".join(sheet.read_text(encoding="utf-8") for sheet in sheets)
    return environment.get_template("page.html").render(style=style, **values)


def changed(settings: Settings) -> dict[str, str]:
    """The settings that are not the defaults, as ``table.key -> value``."""
    given, usual = (
        _flat(settings.model_dump(mode="json")),
        _flat(Settings().model_dump(mode="json")),
    )
    return {key: value for key, value in given.items() if value != usual.get(key)}


def _flat(value: dict[str, object], prefix: str = "") -> dict[str, str]:
    flat: dict[str, str] = {}
    for key, each in value.items():
        if isinstance(each, dict):
            flat |= _flat(each, f"{prefix}{key}.")
        else:
            flat[f"{prefix}{key}"] = str(each)
    return flat
