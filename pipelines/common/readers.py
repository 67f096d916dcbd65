"""Who may read what is published, as rights of the file system: everybody, or one group of this machine.

What is published has the rights that are promised here, whatever the umask of who publishes: folders 0755 and files
0444, or 0750 and 0440 with the group of the readers. What does not belong here: which files (``releases.rights``).
"""

import grp
import os
import shlex
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

_WRITE_OF_OTHERS: Final = 0o022
# The largest number that a group can have: the next one means "leave it as it is".
_LARGEST_GROUP: Final = 2**32 - 2


class RightsError(Exception):
    """The rights of a file or folder could not be set; the message says of which, and why."""


@dataclass(frozen=True)
class Readers:
    """Who may read: the group with the number ``group``, by its ``name`` in the settings, or everybody (None)."""

    group: int | None = None
    name: str = ""

    @classmethod
    def named(cls, name: str) -> Self:
        """The readers that the setting ``name`` means: name or number of a group, empty for everybody.

        Raises:
            ValueError: there is no such group, or this user may not give files to it; says what is allowed.
        """
        wanted = name.strip()
        if not wanted:
            return cls()
        group = _number_of(wanted)
        if group is None:
            raise ValueError("it is no group of this machine (`getent group` lists them)")
        if os.geteuid() != 0 and group not in {os.getegid(), *os.getgroups()}:
            raise ValueError(
                "this user is no member of it and so may not give it files: add it to the group and log in again"
            )
        return cls(group, wanted)

    @property
    def words(self) -> str:
        """The readers in a sentence."""
        return "everybody" if self.group is None else f"the group {self.name}"

    @property
    def wrong(self) -> str:
        """What is so of that which others read than should, before its name."""
        return "not everybody may read" if self.group is None else f"not {self.words}, or not it alone, may read"

    def mode_of(self, *, folder: bool) -> int:
        """The promised rights of a file or a folder."""
        if self.group is None:
            return 0o755 if folder else 0o444
        return 0o750 if folder else 0o440

    def give(self, path: Path) -> None:
        """Set the promised rights of one file or folder.

        Raises:
            RightsError: this user may not.
        """
        try:
            status = path.stat()
            is_folder = stat.S_ISDIR(status.st_mode)
            # A folder that hands its group on goes on doing so.
            wanted = self.mode_of(folder=is_folder) | (status.st_mode & stat.S_ISGID if is_folder else 0)
            if self.group is not None and status.st_gid != self.group:
                os.chown(path, -1, self.group)
                status = path.stat()
            if stat.S_IMODE(status.st_mode) != wanted:
                path.chmod(wanted)
        except OSError as error:
            group = "" if self.group is None else f" of group {self.name}"
            raise RightsError(
                f"the rights of {path} could not be set to those{group} that readers need ({error.strerror})"
            ) from error

    def make(self, folder: Path) -> None:
        """Make ``folder``, with those above it that are not there, such that readers may enter all that is made.

        Raises:
            OSError: one of them cannot be made.
            RightsError: they could not be given to the readers.
        """
        for path in reversed([path for path in (folder, *folder.parents) if not path.exists()]):
            path.mkdir(exist_ok=True)
            self.give(path)

    def are_right(self, status: os.stat_result) -> bool:
        """Whether all readers, and nobody else, may read the file or list the folder of this ``status``."""
        bits = 0o5 if stat.S_ISDIR(status.st_mode) else 0o4
        of_group, of_others = status.st_mode >> 3 & bits, status.st_mode & 0o7 & bits
        if self.group is None:
            return of_group == of_others == bits
        return status.st_gid == self.group and of_group == bits and not status.st_mode & 0o7

    def may_pass(self, status: os.stat_result) -> bool:
        """Whether the readers may pass through the folder of this ``status`` to what they read."""
        all_may = bool(status.st_mode & 0o001)
        if self.group is None:
            return all_may and bool(status.st_mode & 0o010)
        return all_may or (status.st_gid == self.group and bool(status.st_mode & 0o010))

    def mending(self, folder: Path) -> str:
        """What the owner types in a shell to set the rights of a folder and of all in it."""
        quoted = shlex.quote(str(folder))
        if self.group is None:
            return f"chmod -R go=rX {quoted}"
        return f"chgrp -R {shlex.quote(self.name)} {quoted} && chmod -R g=rX,o= {quoted}"

    def opening(self, folder: Path) -> str:
        """What the owner types in a shell to let the readers into one folder, and nobody else write there."""
        quoted = shlex.quote(str(folder))
        if self.group is None:
            return f"chmod go=rx {quoted}"
        return f"chgrp {shlex.quote(self.name)} {quoted} && chmod g=rx,o= {quoted}"


EVERYBODY: Final = Readers()


def others_may_write(status: os.stat_result) -> bool:
    """Whether somebody else than its owner may write the file or in the folder of this ``status``."""
    return bool(status.st_mode & _WRITE_OF_OTHERS)


def write_for_ourselves() -> None:
    """Let nobody else write what this process makes from now on, whatever its umask was; who may read stays as it was.

    A journal or a lock that everybody may write would let everybody decide what is published.
    """
    os.umask(os.umask(0o077) | _WRITE_OF_OTHERS)


def _number_of(name: str) -> int | None:
    """The number of a group by its name, or by its number, which needs no name: some containers give none."""
    try:
        return grp.getgrnam(name).gr_gid
    except KeyError:
        return int(name) if name.isascii() and name.isdecimal() and int(name) <= _LARGEST_GROUP else None
