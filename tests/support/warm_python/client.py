"""The program that stands for ``python``: hands all it has to the server, and ends as the fork there ends.

It is started with ``python -I -S``, so that it costs hundredths of a second: it imports as little as can be.
"""

import os
import signal
import socket
import sys


def main(address: str, words: list[bytes]) -> None:
    """Run ``words``, those of a command line of Python, in a fork of the server at ``address``."""
    with socket.socket(socket.AF_UNIX) as server:
        server.connect(address)
        # Without pathlib, which is as much again to import as all of this.
        open_now = (int(name) for name in os.listdir("/dev/fd"))  # noqa: PTH208
        fds = [fd for fd in open_now if fd != server.fileno() and _is_open(fd)]
        asked = {"fds": fds, "words": words, "folder": os.getcwdb(), "environment": dict(os.environb)}  # noqa: PTH109
        question = repr(asked).encode()
        socket.send_fds(server, [b"%10d" % len(question)], fds)
        server.sendall(question)
        for fd in fds:
            # Whoever waits for the end of a stream waits for the fork alone.
            os.close(fd)
        code = int(server.recv(16) or b"-9")
    if code < 0:
        # By the signal that ended the fork, and not as Python does: some it would make an exception of.
        if -code != signal.SIGKILL:
            signal.signal(-code, signal.SIG_DFL)
        os.kill(os.getpid(), -code)
    os._exit(code)


def _is_open(fd: int) -> bool:
    try:
        os.fstat(fd)
    except OSError:
        # The one with which the folder itself was read.
        return False
    return True


main(sys.argv[1], [os.fsencode(word) for word in sys.argv[2:]])
