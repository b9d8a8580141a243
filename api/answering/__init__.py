"""Answers as they are written: to whoever listens, from whichever process, and after a crash.

    asked ─ kept in the catalog ─ a thread writes ─ events ─┬─ listeners here
                                                            └─ the log: listeners elsewhere, later

`answers` is the room to enter by; `writing` makes the events of one answer, `events` is what
listeners of this process wait at, `log` what processes share.
"""
