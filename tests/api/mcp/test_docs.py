"""What docs/mcp.md says of the server."""

from __future__ import annotations

import asyncio
import json
import re
from pathlib import Path

from api.mcp.server import server_for
from rag import Library
from rag.build_active import comparer
from rag.config import Settings

DOCS = (Path(__file__).parents[3] / "docs" / "mcp.md").read_text(encoding="utf-8")


def test_the_configurations_are_json() -> None:
    examples = re.findall(r"```json\n(.*?)```", DOCS, re.DOTALL)
    assert len(examples) == 2
    for example in examples:
        assert json.loads(example)["mcpServers"]["papers"]


def test_every_tool_and_what_it_takes_is_told(small_library: Path) -> None:
    with Library.open(small_library) as library:
        tools = asyncio.run(server_for(library, comparer(Settings())).list_tools())
    for tool in tools:
        assert f"| `{tool.name}` |" in DOCS
        for name in tool.input_schema["properties"]:
            assert f"`{name}`" in DOCS
