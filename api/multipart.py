"""A multipart body, taken apart while it comes in; nothing of it is kept here."""

from __future__ import annotations

from dataclasses import dataclass

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from api.problems import Problem

_DISPOSITION = b"content-disposition"
_TYPE = b"multipart/form-data"


@dataclass(frozen=True, slots=True)
class Begin:
    """A part begins. ``filename`` is what the client calls it; None where it is no file."""

    field: str
    filename: str | None


@dataclass(frozen=True, slots=True)
class Data:
    """The next bytes of the part."""

    piece: bytes


@dataclass(frozen=True, slots=True)
class End:
    """The part has come in whole."""


Happening = Begin | Data | End


class Multipart:
    """Reads the body piece by piece. Headers of parts are bounded by the parser."""

    def __init__(self, content_type: str) -> None:
        """Raises Problem where a request of that type has no parts."""
        kind, options = parse_options_header(content_type)
        if kind.lower() != _TYPE or not options.get(b"boundary"):
            detail = "send files as multipart/form-data, in the field 'files'"
            raise Problem("unsupported-type", detail)
        self._happened: list[Happening] = []
        self._field = self._value = self._disposition = b""
        self._is_whole = False
        try:
            self._parser = MultipartParser(
                options[b"boundary"],
                {
                    "on_part_begin": self._on_part,
                    "on_header_begin": self._on_header,
                    "on_header_field": self._on_header_field,
                    "on_header_value": self._on_header_value,
                    "on_header_end": self._on_header_end,
                    "on_headers_finished": self._on_headers,
                    "on_part_data": self._on_data,
                    "on_part_end": self._on_part_end,
                    "on_end": self._on_end,
                },
            )
        except FormParserError as error:
            raise _broken(error) from error

    def feed(self, piece: bytes) -> list[Happening]:
        """What the next piece of the body holds. Raises Problem where it is malformed."""
        self._happened = []
        try:
            self._parser.write(piece)
        except FormParserError as error:
            raise _broken(error) from error
        return self._happened

    def finish(self) -> None:
        """The body has ended. Raises Problem where it should not have yet."""
        if not self._is_whole:
            raise Problem("bad-request", "the upload ends in the middle: send it again")

    def _on_part(self) -> None:
        self._disposition = b""

    def _on_header(self) -> None:
        self._field = self._value = b""

    def _on_header_field(self, data: bytes, start: int, end: int) -> None:
        self._field += data[start:end]

    def _on_header_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def _on_header_end(self) -> None:
        if self._field.lower() == _DISPOSITION:
            self._disposition = self._value

    def _on_headers(self) -> None:
        _, options = parse_options_header(self._disposition)
        filename = options.get(b"filename")
        self._happened.append(
            Begin(
                options.get(b"name", b"").decode("utf-8", "replace"),
                None if filename is None else filename.decode("utf-8", "replace"),
            )
        )

    def _on_data(self, data: bytes, start: int, end: int) -> None:
        self._happened.append(Data(data[start:end]))

    def _on_part_end(self) -> None:
        self._happened.append(End())

    def _on_end(self) -> None:
        self._is_whole = True


def _broken(error: FormParserError) -> Problem:
    return Problem("bad-request", f"the upload is no well-formed multipart/form-data: {error}")
