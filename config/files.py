"""How uploaded files are kept: whole or not at all."""

import os
import secrets
from typing import Any

from django.core.files import File
from django.core.files.storage import FileSystemStorage


class WholeFiles(FileSystemStorage):
    """A file gets its name only when all of it is on the disk: a full disk leaves no half one."""

    def _save(self, name: str, content: "File[Any]") -> str:
        part = f"{name}.{secrets.token_hex(4)}.part"
        try:
            super()._save(part, content)  # type: ignore[misc]  # the stubs leave it out
            with open(self.path(part), "rb") as written:
                os.fsync(written.fileno())
            return self._named(part, name)
        finally:
            self.delete(part)

    def _named(self, part: str, name: str) -> str:
        """The first free name; linking never takes one that somebody else took meanwhile."""
        while True:
            try:
                os.link(self.path(part), self.path(name))
            except FileExistsError:
                name = self.get_available_name(name)
            else:
                return name
