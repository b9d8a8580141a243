"""A table's lines -> its cells, by where words, white and rules stand.

`segments` cuts lines where the white is wide, `columns` finds what white runs down through the
rows, `splitting` cuts what stands too close, `headers` says which rows name the others, `spans`
what a cell stands over, `rows` which lines make one row, `labels` which rows a label is of.
`layout` puts them together.
"""
