"""No program is left behind by a server that was killed."""

import subprocess
from pathlib import Path

from musicrec_tui.web.program import command_line


def test_a_program_whose_server_is_gone_ends(tmp_path: Path) -> None:
    command = ["sh", "-c", command_line(["--restricted", f"--home={tmp_path}"])]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as program:
        assert program.stdin is not None
        assert program.stdout is not None
        assert program.stdout.readline() == b"__GANGLION__\n"
        program.stdin.close()
        while program.stdout.read(65536):
            continue  # what it draws until then; a full pipe would hold it up
        assert program.wait(30) == 0
