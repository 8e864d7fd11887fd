"""Run one command to its end and print what it took: wall and processor time, memory, status.

It is a process of its own, and a small one, because Linux lets a new process inherit the peak
memory of the one that started it: started from here, a child can be seen down to some 10 MB.

    python -I -S launcher.py OUTPUT FOLDER COMMAND [ARGUMENT …]
"""

import os
import sys
import time


def main() -> None:
    """Print seconds, processor seconds, peak KiB of the largest process and wait status."""
    output, folder, *command = sys.argv[1:]
    os.chdir(folder)
    actions = [
        (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
        (os.POSIX_SPAWN_OPEN, 1, output, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600),
        (os.POSIX_SPAWN_DUP2, 1, 2),
    ]
    start = time.perf_counter()
    child = os.posix_spawn(command[0], command, os.environ, file_actions=actions)
    # Of a child that has children of its own, ru_maxrss is that of the largest among them all.
    _, status, usage = os.wait4(child, 0)
    seconds = time.perf_counter() - start
    peak = usage.ru_maxrss // (1024 if sys.platform == "darwin" else 1)
    print(seconds, usage.ru_utime + usage.ru_stime, peak, os.waitstatus_to_exitcode(status))


main()
