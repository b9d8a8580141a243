"""Gets what lies elsewhere, without being led where it should not go.

A URL may come from anybody, and so may what a server answers. What is asked for is checked here,
by spelling (`urls`) and by address at the moment of connecting (`connecting`), each redirect anew
(`fetcher`); what comes back is bounded in time and size, and told by its content (`kinds`).
"""
