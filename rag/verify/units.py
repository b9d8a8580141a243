"""What units measure, and how much: hours, gigabytes, cents."""

from __future__ import annotations

import re
from decimal import Decimal

_DAY = 86400


def _units() -> dict[str, tuple[str, Decimal]]:
    """What units measure, and how much of the smallest of their kind."""
    made: dict[str, tuple[str, Decimal]] = {}
    kinds: dict[str, dict[str, float | str]] = {
        "time": {
            "ns nanosecond nanoseconds": "1e-9",
            "us μs microsecond microseconds": "1e-6",
            "ms msec millisecond milliseconds": "1e-3",
            "s sec secs second seconds": 1,
            "min mins minute minutes": 60,
            "h hr hrs hour hours": 3600,
            "d day days": _DAY,
            "week weeks": 7 * _DAY,
            "month months": 365 * _DAY // 12,
            "year years": 365 * _DAY,
        },
        "memory": {
            "byte bytes": 1,
            "KB KiB kilobyte kilobytes": "1e3",
            "MB MiB megabyte megabytes": "1e6",
            "GB GiB gigabyte gigabytes": "1e9",
            "TB TiB terabyte terabytes": "1e12",
        },
        "energy": {"Wh": 1, "kWh": "1e3", "MWh": "1e6", "GWh": "1e9"},
        "power": {"W watt watts": 1, "kW kilowatt kilowatts": "1e3", "MW": "1e6"},
        "frequency": {"Hz": 1, "kHz": "1e3", "MHz": "1e6", "GHz": "1e9"},
        "length": {
            "mm millimetres millimeters": "1e-3",
            "cm centimetres centimeters": "1e-2",
            "m metre metres meter meters": 1,
            "km kilometres kilometers": "1e3",
        },
        "compute": {"GFLOPs GFLOPS": "1e9", "TFLOPs TFLOPS": "1e12", "PFLOPs PFLOPS": "1e15"},
        "ratio": {"x × times fold": 1},
        "dollars": {"dollar dollars USD": 1, "cent cents": "1e-2"},
        "euros": {"euro euros EUR": 1},
        "pounds": {"GBP": 1},
    }
    for dimension, units in kinds.items():
        for names, size in units.items():
            made.update(dict.fromkeys(names.split(), (dimension, Decimal(size))))
    return made


UNITS = _units()
_UNIT = re.compile(
    r"\$?[\s-]{0,2}(?:(?:GPU|TPU|CPU|core|training|V100|A100|H100|wall-clock)[\s-])?"
    rf"(?P<unit>{'|'.join(sorted(map(re.escape, UNITS), key=len, reverse=True))})(?!\w|\s?\d)"
)
_RATE = re.compile(
    r"(?:\s[^\W\d_][\w-]*){0,3}?\s?(?:\b(?:an?|per|each|every)\s|/\s?)"
    r"(?P<unit>second|sec|s|minute|min|hour|h|day|week|month|year)s?\b"
)
_MONEY = {"$": "dollars", "€": "euros", "£": "pounds"}
_CLOSES_FORMULA = re.compile(r"[^\n$]{0,60}(?<=\S)\$(?!\d)")  # then "$" opened it


def unit_at(text: str, at: int) -> re.Match[str] | None:
    """The unit behind a number that ends at ``at``; `UNITS` has its group "unit"."""
    return _UNIT.match(text, at)


def rate_at(text: str, at: int) -> Decimal:
    """By which time a number that ends at ``at`` counts, in seconds: 60 for "90 words a minute"; 0
    if by none.
    """
    rate = _RATE.match(text, at)
    return UNITS[rate["unit"]][1] if rate else Decimal(0)


def sign_before(text: str, start: int, end: int) -> str:
    """What a sign before it says that it measures, unless it is a "$" that opens a formula."""
    sign = text[max(start - 2, 0) : start].strip()[-1:]
    formula = sign == "$" and _CLOSES_FORMULA.match(text, end)
    return "" if formula else _MONEY.get(sign, "")
