"""Labels in a table's first column that are printed in the middle of the rows they are of."""

from __future__ import annotations

from collections.abc import Sequence

from ingest.parsers.pdf.grids.placed import Placed, Row, bands


def labelled(rows: Sequence[Row], rules: Sequence[float]) -> list[Row]:
    """Rows with a label that stands alone in the first column, in the middle of the rows between
    two rules, put beside all of them.
    """
    done = list(rows)
    for first, last in bands(done, rules):
        found = [
            (at, placed)
            for at in range(first, last + 1)
            for placed in done[at]
            if placed.first == 0
        ]
        if not _is_beside_all(
            [at for at, _ in found], [p for _, p in found], done[first : last + 1]
        ):
            continue
        for at, label in found:
            done[at] = tuple(placed for placed in done[at] if placed is not label)
        segments = tuple(segment for _, label in found for segment in label.segments)
        done[first] = (Placed(0, 0, segments, last - first + 1), *done[first])
    return [row for row in done if row]


def _is_beside_all(at: Sequence[int], labels: Sequence[Placed], band: Sequence[Row]) -> bool:
    """Whether the labels of these rows are one, printed in the middle of the rows of ``band``."""
    alone = len(labels) == 1 < len(band) or 1 < 2 * len(labels) <= len(band)
    if not alone or at[-1] - at[0] != len(at) - 1 or any(label.last for label in labels):
        return False
    lines = [segment for label in labels for segment in label.segments]
    if len(lines) > 1 and any(segment.is_value for segment in lines):
        return False
    middle = (height(band[0]) + height(band[-1])) / 2
    off = abs((lines[0].middle + lines[-1].middle) / 2 - middle)
    top = height(band[0]) + 0.3 * lines[0].line.size
    return off < 0.6 * lines[0].line.size and lines[0].middle > top


def height(row: Row) -> float:
    """Where the row stands, cells beside several rows left out."""
    own = [placed for placed in row if placed.rows == 1] or row
    return sum(placed.segments[0].middle for placed in own) / len(own)
