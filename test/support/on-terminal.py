"""Runs a command on a terminal of its own and prints what it drew.

    on-terminal.py [--ctrl-c-after PATTERN]... -- COMMAND [ARGUMENT...]

Each pattern is waited for in turn, and answered with Ctrl-C. Ends with the
command's exit status, or 128 and the number of the signal that ended it.
"""
import os, pty, select, struct, sys, fcntl, termios, time

split = sys.argv.index("--")
patterns = [word.encode() for word in sys.argv[1:split] if word != "--ctrl-c-after"]
pid, terminal = pty.fork()
if pid == 0:
    os.execvp(sys.argv[split + 1], sys.argv[split + 1 :])
fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 30, 100, 0, 0))
seen, answered = b"", 0
deadline = time.monotonic() + 90
while time.monotonic() < deadline:
    if select.select([terminal], [], [], 0.5)[0]:
        try:
            data = os.read(terminal, 65536)
        except OSError:
            break
        if not data:
            break
        seen += data
    if patterns and patterns[0] in seen[answered:]:
        answered = len(seen)
        patterns.pop(0)
        os.write(terminal, b"\x03")
else:
    os.kill(pid, 9)
sys.stdout.buffer.write(seen)
sys.stdout.flush()
status = os.waitpid(pid, 0)[1]
sys.exit(os.WEXITSTATUS(status) if os.WIFEXITED(status) else 128 + os.WTERMSIG(status))
