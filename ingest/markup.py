"""Trees of XML and HTML: the one place that imports lxml."""

from __future__ import annotations

from typing import Any

Node = Any
"""An element of lxml, which has no types of its own: `tag`, `text`, `tail`, `get`, `iter`, and its
children in order."""

XML_NAMESPACE = "{http://www.w3.org/XML/1998/namespace}"


def xml_root(data: bytes) -> Node:
    """The root of an XML document. Raises ValueError for what is none.

    No entity is resolved and nothing is fetched, whatever the document asks for.
    """
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        return etree.fromstring(data, parser)
    except etree.LxmlError as error:
        raise ValueError(f"not XML: {error}") from error


def html_root(text: str) -> Node | None:
    """The root of an HTML document, mended as browsers do; None if there is nothing in it."""
    from lxml import etree

    parser = etree.HTMLParser(no_network=True, remove_comments=True, remove_pis=True)
    return etree.fromstring(text, parser)


def words(node: Node) -> str:
    """All text below ``node``, blanks collapsed."""
    return " ".join("".join(node.itertext()).split())
