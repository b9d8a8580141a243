"""``scholium chat``: `talk` asks and keeps, `lines` reads, `commands` does what begins with "/".
The command itself is `api.cli.chat`.
"""
