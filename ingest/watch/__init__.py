"""Keeps a library up to date with folders.

What counts is what a look at the folders finds, compared with the look before (`looking`). The
system's word that something changed only makes the next look come sooner (`noticing`), so nothing
is lost where it says nothing: on network drives, or when it ran out of watches.
"""
