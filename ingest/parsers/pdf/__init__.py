"""PDF -> Paper, by PyMuPDF's text and a page's geometry.

Reading (`extract`): `mupdf` opens the file, `fragments` makes printed lines, `columns` puts them
in reading order, `furniture` takes page headers and numbers out. Understanding (`body`): `floats`
and `footnotes` are told from the text, `blocks` cuts the rest into paragraphs, lists and formulas,
`flow` makes interrupted paragraphs whole. `assemble` writes the text and the spans over it.
"""

from ingest.parsers.pdf.parser import PdfParser

__all__ = ["PdfParser"]
