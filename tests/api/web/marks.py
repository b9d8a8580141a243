"""What is marked on the image of a page, by its pixels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from playwright.sync_api import Locator

SCALE = 2
EDGE_PX = 2

# Paper under the marker's yellow: figures have colours, too, but not that one.
_COUNT = """async (image, [boxes, edge]) => {
  const bitmap = await createImageBitmap(image);
  const canvas = new OffscreenCanvas(bitmap.width, bitmap.height).getContext("2d");
  canvas.drawImage(bitmap, 0, 0);
  const { data } = canvas.getImageData(0, 0, bitmap.width, bitmap.height);
  const within = (x, y, [x0, y0, x1, y1]) =>
    x >= x0 - edge && x <= x1 + edge && y >= y0 - edge && y <= y1 + edge;
  const counts = boxes.map(() => 0);
  let outside = 0;
  for (let i = 0; i < data.length; i += 4) {
    const [red, green, blue] = data.subarray(i, i + 3);
    if (red < 240 || Math.abs(green - 235) > 12 || Math.abs(blue - 90) > 12) continue;
    const [x, y] = [(i / 4) % bitmap.width, Math.floor(i / 4 / bitmap.width)];
    const found = boxes.flatMap((box, index) => (within(x, y, box) ? [index] : []));
    for (const index of found) counts[index]++;
    if (!found.length) outside++;
  }
  return [counts, outside, (data.length / 4)];
}"""


def marked_share(image: Locator) -> float:
    """Which share of an image's pixels is marked."""
    _, marked, pixels = image.evaluate(_COUNT, [[], 0])
    return float(marked / pixels)


def assert_marked(image: Locator, boxes: Sequence[Mapping[str, Any]], page: int) -> None:
    """Every box on that page is marked for the most part, and nothing else is."""
    corners = [
        [SCALE * box[side] for side in ("x0", "y0", "x1", "y1")]
        for box in boxes
        if box["page"] == page
    ]
    assert corners, f"no box on page {page}"
    counts, outside, _ = image.evaluate(_COUNT, [corners, EDGE_PX])
    assert outside == 0
    for (x0, y0, x1, y1), count in zip(corners, counts, strict=True):
        assert count > 0.5 * (x1 - x0) * (y1 - y0)
