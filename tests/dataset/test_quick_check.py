"""Whether DuckDB can be trusted with a table is the same however the file is cut into pieces."""

from pathlib import Path

import pytest

from musicrec_tui.dataset.log import Log
from musicrec_tui.dataset.sources import quick_check
from musicrec_tui.dataset.sources.quick_check import Check
from musicrec_tui.dataset.sources.recognise import recognise

HEADER = b"user_id,artist_name,play_count\n"
ROWS = 'u1,Air,3\nu2,"Al, bum",4\n\nu3,Bj\u00f6rk,5\n'.encode()


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (HEADER + ROWS, Check(plain=True, lines=5, blank=1)),
        (HEADER + ROWS + b"u4,Moby,1", Check(plain=True, lines=6, blank=1)),
        (HEADER + ROWS + b'u4,"Moby,1\n', Check(plain=False)),
        (b"\xef\xbb\xbf" + HEADER + ROWS, Check(plain=True, lines=5, blank=1)),
    ],
)
def test_pieces_are_whole_lines(
    content: bytes, expected: Check, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "x.csv"
    file.write_bytes(content)
    [part] = recognise(Log([file])).parts
    for chunk in (*range(16, 64), 1 << 20):
        monkeypatch.setattr(quick_check, "_CHUNK", chunk)
        assert quick_check.check(file, part.dialect, part.encoding) == expected, chunk
