"""``scholium chat``: `talk` asks and keeps, `lines` reads, `commands` does what begins with "/",
`showing` prints. The command itself is `api.cli.chat`.
"""
