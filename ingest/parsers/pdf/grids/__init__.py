"""A table's lines -> its cells, by where words, white and rules stand.

`segments` cuts lines where the white is wide, `columns` finds what white runs down through the
rows, `headers` which rows name the others and what they span, `rows` which lines belong to one row.
`layout` puts them together.
"""
