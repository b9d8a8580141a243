"""PDF -> Paper, by PyMuPDF's text and a page's geometry.

Reading goes: `mupdf` (the file) -> `fragments` (printed lines) -> `columns` (reading order)
-> `furniture` (headers and page numbers out): that is `extract.read_pdf`.
"""
