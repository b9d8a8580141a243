"""LaTeX projects -> Paper, without running TeX.

`project` finds the document, `reach` the files that it may read; `tokens` and `reader` see them as
TeX does (`macros`, `definitions`: what the document defines); `body` makes blocks of them, which
`filling` puts into the document, with `writing` for running text, `formulas`, `tabular`,
`theorems`, `units`, `front` and `bibitems`; `resolve` puts numbers in the place of labels, and
`parser` makes the paper.
"""

from ingest.parsers.latex.parser import LatexParser

__all__ = ["LatexParser"]
