r"""Quantities with units, as siunitx prints them: ``\SI{5}{\meter}`` is "5 m"."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from ingest.parsers.latex.tokens import Token, Type

if TYPE_CHECKING:
    from ingest.parsers.latex.reader import Reader
    from ingest.parsers.latex.writing import Writer

_SIGNS = {
    "meter": "m", "metre": "m", "second": "s", "gram": "g", "kilogram": "kg", "hertz": "Hz",
    "watt": "W", "joule": "J", "volt": "V", "ampere": "A", "kelvin": "K", "celsius": "°C",
    "degreeCelsius": "°C", "degree": "°", "percent": "%", "byte": "B", "bit": "bit", "hour": "h",
    "minute": "min", "day": "d", "ohm": "Ω", "newton": "N", "pascal": "Pa", "mole": "mol",
    "electronvolt": "eV", "liter": "L", "litre": "L", "decibel": "dB", "radian": "rad",
    "kilo": "k", "mega": "M", "giga": "G", "tera": "T", "peta": "P", "milli": "m", "micro": "µ",
    "nano": "n", "pico": "p", "centi": "c", "deci": "d", "kibi": "Ki", "mebi": "Mi", "gibi": "Gi",
    "tebi": "Ti", "per": "/", "squared": "²", "cubed": "³", "square": "²", "cubic": "³",
    "km": "km", "cm": "cm", "mm": "mm", "um": "µm", "nm": "nm", "kg": "kg", "ms": "ms", "us": "µs",
    "ns": "ns", "MHz": "MHz", "GHz": "GHz", "kHz": "kHz", "Hz": "Hz", "kW": "kW", "%": "%",
}  # fmt: skip
_AFTER = frozenset({"square", "cubic"})
_JOINED = frozenset(
    "kilo mega giga tera peta milli micro nano pico centi deci kibi mebi gibi tebi per".split()
)


def _quantity(reader: Reader, writer: Writer) -> str:
    if not _follows(reader):
        return ""
    number = writer.plain(reader, reader.argument())
    reader.option()  # what stands before a number, as a currency does
    unit = printed(reader.argument())
    return f"{number}{'' if unit in ('°', '%') else ' '}{unit}".strip()


def _unit(reader: Reader, _: Writer) -> str:
    return printed(reader.argument()) if _follows(reader) else ""


def _follows(reader: Reader) -> bool:
    """Whether an argument does: many documents give these short names to something else."""
    reader.option()
    token = reader.peek()
    return token is not None and token.type is Type.OPEN


def printed(tokens: Sequence[Token]) -> str:
    """The signs of a unit. What is known by no name is printed as its name."""
    parts: list[str] = []
    power, glued = "", True
    for token in tokens:
        name = token.command
        if name in _AFTER:
            power = _SIGNS[name]
            continue
        sign = _SIGNS.get(name, name)
        if token.type is Type.TEXT:
            sign = token.text.replace(".", " ").replace("~", " ")
        if sign == "":
            continue
        raised = name in ("squared", "cubed")
        parts.append("" if glued or raised or name in ("per", "") else " ")
        parts.append(sign)
        glued = name in _JOINED or not name
        if not glued and not raised and power:
            parts.append(power)
            power = ""
    return "".join(parts)


COMMANDS: dict[str, Callable[[Reader, Writer], str]] = {
    **dict.fromkeys(("SI", "qty"), _quantity),
    **dict.fromkeys(("si", "unit"), _unit),
}
