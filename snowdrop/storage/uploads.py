"""Takes the files of a form straight to where originals arrive: hashed on the way, written once."""

from __future__ import annotations

import threading
import unicodedata
from typing import IO, Any

from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler
from django.core.signals import request_finished
from django.http import HttpRequest
from django.http.multipartparser import MultiPartParser

from snowdrop.storage import kinds, room
from snowdrop.storage.originals import Incoming, Received

MOST_FILES = 500
LARGE = (".zip", ".mbox")  # how a file is called that may be larger than a picture, whatever it turns out to be


class ReceivedUpload(UploadedFile):
    """A file of a form: whole and synced, or the reason why it is not.

    A form's parser has nobody to tell that a disk is full: the first to read the form may be the
    check of its token. So the reason waits here for the view that asks for the file.
    """

    def __init__(self, arrived: Received | Exception, name: str, media_type: str, size: int) -> None:
        super().__init__(None, name, media_type, size)
        self._arrived = arrived
        self._opened: IO[bytes] | None = None

    def received(self, *, packed: bool = False) -> Received:
        """Raises DiskIsFull, or NotAPicture if the file is too large or one too many.

        A film or a sound may be larger than a picture. `packed`: the view takes packed folders, which may be too.
        """
        if isinstance(self._arrived, Exception):
            raise self._arrived
        if self._arrived.size > kinds.MOST_BYTES and not packed:
            with self._arrived.arrived.open("rb") as file:
                head = file.read(kinds.HEAD)
            if self._arrived.size > kinds.most_bytes(head):
                self._arrived.discard()
                raise kinds.too_large(head)
        return self._arrived

    @property
    def file(self) -> IO[bytes]:
        if self._opened is None:
            self._opened = self.received().arrived.open("rb")
        return self._opened

    @file.setter
    def file(self, value: object) -> None:
        """Django sets it; ours is opened when somebody reads."""

    @property
    def closed(self) -> bool:
        return self._opened is None or self._opened.closed

    def close(self) -> None:
        """Django calls it at the end of the request: what nobody took is forgotten."""
        if self._opened is not None:
            self._opened.close()
        if isinstance(self._arrived, Received):
            self._arrived.discard()


class _Parser(MultiPartParser):
    """Django's, but for the names of files: it would take "&amp;" for "&", and joiners out of names that need them."""

    def sanitize_file_name(self, file_name: str) -> str | None:
        return name_of(file_name) or None


def name_of(sent: str) -> str:
    """Return a file's name as it was before it was written into a form: on one line, without its folders.

    A browser writes a quotation mark and the two ends of a line as %22, %0D and %0A, and nothing else. Whether a name
    held those characters or these signs cannot be told any more.

    Source: WHATWG HTML, section 4.10.22.8, "Multipart form data".
    """
    for sign, character in (("%22", '"'), ("%0D", "\r"), ("%0A", "\n")):
        sent = sent.replace(sign, character)
    parts = [part.strip() for part in sent.replace("\\", "/").split("/")]
    last = next((part for part in reversed(parts) if part not in ("", ".", "..")), "")
    return "".join(" " if unicodedata.category(character) == "Cc" else character for character in last)


class OriginalUploadHandler(FileUploadHandler):
    """Writes each file of a form into an `Incoming`, without a second copy in memory or in /tmp."""

    chunk_size = 2**18  # bytes; fewer and larger writes than Django's 64 KiB

    def __init__(self, request: HttpRequest | None = None) -> None:
        super().__init__(request)
        self._has_begun = False
        self._most = kinds.MOST_BYTES
        self._head = b""
        self._files = 0
        self._incoming: Incoming | None = None
        self._no_room: Exception | None = None
        self._trouble: Exception | None = None

    def handle_raw_input(
        self,
        input_data: Any,
        META: Any,  # noqa: N803
        content_length: int,
        boundary: Any,
        encoding: Any = None,
    ) -> tuple[Any, Any] | None:
        """Have the body read by a parser that leaves names as they are.

        The room for all of it is asked for once, so that a form of fifty files does not stop at the tenth.
        """
        if self._has_begun:
            return None
        self._has_begun = True
        try:
            room.check(content_length)
        except room.DiskIsFull as full:
            self._no_room = full
        post, files = _Parser(META, input_data, [self], encoding).parse()
        return post, files

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self._files += 1
        self._trouble = self._no_room
        is_packed = (self.file_name or "").lower().endswith(LARGE)
        self._most = kinds.MOST_BYTES_PACKED if is_packed else kinds.MOST_BYTES
        if self._files > MOST_FILES:
            self._trouble = kinds.NotAPicture(kinds.TOO_MANY)
        if self._trouble is None:
            try:
                self._incoming = _here.half = Incoming()
            except room.DiskIsFull as full:
                self._trouble = full

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        if self._incoming is None:
            return
        if start == 0:
            self._head = raw_data[: kinds.HEAD]
            self._most = max(self._most, kinds.most_bytes(self._head))
        if start + len(raw_data) > self._most:
            self._give_up(kinds.too_large(self._head))
            return
        try:
            self._incoming.write(raw_data)
        except room.DiskIsFull as full:
            self._give_up(full)

    def file_complete(self, file_size: int) -> ReceivedUpload:
        arrived = self._finished() if self._incoming is not None else self._trouble
        assert arrived is not None  # a file is either coming in or in trouble
        return ReceivedUpload(arrived, self.file_name or "", self.content_type or "", file_size)

    def upload_interrupted(self) -> None:
        _forget_the_half_file()

    def _finished(self) -> Received | Exception:
        assert self._incoming is not None
        incoming, self._incoming, _here.half = self._incoming, None, None
        try:
            return incoming.finish()
        except room.DiskIsFull as full:
            return full

    def _give_up(self, trouble: Exception) -> None:
        _forget_the_half_file()
        self._incoming, self._trouble = None, trouble


class _Here(threading.local):
    """The file that this thread is in the middle of."""

    half: Incoming | None = None


_here = _Here()


def _forget_the_half_file(**_signal: Any) -> None:
    if _here.half is not None:
        _here.half.discard()
        _here.half = None


# A connection that breaks inside a file raises past every hook Django has for a handler, so the
# half file is forgotten at the end of its request, which ends in the thread it began in.
request_finished.connect(_forget_the_half_file)
