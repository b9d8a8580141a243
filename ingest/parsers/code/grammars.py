"""The grammars of tree-sitter, and which of their nodes define something.

The only module that imports tree-sitter.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tree_sitter import Node, Parser

_MODULES = {"tsx": ("tree_sitter_typescript", "language_tsx"),
            "typescript": ("tree_sitter_typescript", "language_typescript")}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Definers:
    """Kinds of nodes: ``units`` stay whole, ``holders`` have members, ``wrappers`` stand around
    either.
    """

    units: frozenset[str]
    holders: frozenset[str] = frozenset()
    wrappers: frozenset[str] = frozenset()


def _of(units: str, holders: str = "", wrappers: str = "") -> Definers:
    return Definers(*(frozenset(names.split()) for names in (units, holders, wrappers)))


_SCRIPT = _of(
    "function_declaration generator_function_declaration method_definition function_signature "
    "type_alias_declaration enum_declaration",
    "class_declaration abstract_class_declaration interface_declaration internal_module module",
    "export_statement expression_statement",
)
_C = _of(
    "function_definition type_definition enum_specifier union_specifier",
    "class_specifier struct_specifier namespace_definition",
    "template_declaration preproc_ifdef preproc_if preproc_else preproc_elif linkage_specification "
    "declaration_list declaration",
)
DEFINERS = {
    "python": _of("function_definition", "class_definition", "decorated_definition"),
    "javascript": _SCRIPT,
    "typescript": _SCRIPT,
    "tsx": _SCRIPT,
    "c": _C,
    "cpp": _C,
    "cuda": _C,
    "java": _of(
        "method_declaration constructor_declaration compact_constructor_declaration",
        "class_declaration interface_declaration enum_declaration record_declaration",
    ),
    "rust": _of(
        "function_item struct_item enum_item union_item macro_definition",
        "impl_item trait_item mod_item",
    ),
    "go": _of("function_declaration method_declaration type_declaration"),
    "julia": _of(
        "function_definition struct_definition macro_definition abstract_definition",
        "module_definition",
    ),
    "bash": _of("function_definition"),
}
COMMENTS = frozenset("comment line_comment block_comment".split())
_NAMES = frozenset(
    "identifier field_identifier qualified_identifier type_identifier operator_name "
    "destructor_name scoped_identifier word property_identifier operator".split()
)
_ASSIGNED = frozenset("lexical_declaration variable_declaration".split())
_FUNCTIONS = frozenset("arrow_function function_expression function generator_function".split())
_DEEPEST_NAME = 8


def parse(language: str, source: bytes) -> Node:
    """The root of the syntax tree; what can't be understood is a node of its own in it."""
    return _parser(language).parse(source).root_node


@cache
def _parser(language: str) -> Parser:
    from tree_sitter import Language, Parser

    module, function = _MODULES.get(language, (f"tree_sitter_{language}", "language"))
    return Parser(Language(getattr(import_module(module), function)()))


def is_function_value(node: Node) -> bool:
    """Whether it is JavaScript's ``const name = () => ...``."""
    if node.type not in _ASSIGNED:
        return False
    declared = [child for child in node.named_children if child.type == "variable_declarator"]
    value = declared[0].child_by_field_name("value") if len(declared) == 1 else None
    return value is not None and value.type in _FUNCTIONS


def name_of(node: Node) -> str:
    """The name that a node defines; empty where it has none."""
    if node.type == "impl_item":
        return _text(node.child_by_field_name("type"))
    found = node.child_by_field_name("name")
    if found is not None:
        return _with_receiver(node, _text(found))
    if node.type in _ASSIGNED or node.type == "type_declaration":
        inner = next((c for c in node.named_children if c.child_by_field_name("name")), None)
        return _text(inner.child_by_field_name("name")) if inner is not None else ""
    return _declared(node)


def _declared(node: Node) -> str:
    """The name inside C's declarators, or the first that stands in a definition."""
    at: Node | None = node.child_by_field_name("declarator") or next(
        (c for c in node.named_children if c.type in ("signature", "type_head", "call_expression")),
        None,
    )
    for _ in range(_DEEPEST_NAME):
        if at is None or at.type in _NAMES:
            break
        following = at.child_by_field_name("declarator")
        at = following or next((c for c in at.named_children), None)
    return _text(at) if at is not None and at.type in _NAMES else ""


def _with_receiver(node: Node, name: str) -> str:
    """Go's methods with the type that they are of."""
    receiver = node.child_by_field_name("receiver")
    words = _text(receiver).strip("()").replace("*", " ").partition("[")[0].split()
    return f"{words[-1]}.{name}" if words else name


def _text(node: Node | None) -> str:
    if node is None or node.text is None:
        return ""
    return " ".join(node.text.decode("utf-8", "replace").split())
