"""Encodings that a few names tell: Cyrillic, Greek and East Asian ones, and UTF-8 that was encoded twice."""

import codecs
import json
from pathlib import Path

import pytest

from musicrec_tui.dataset.sources import encoding, twice
from musicrec_tui.dataset.sources.text_lines import chunks
from tests.dataset.test_other_files import DAY, MAY, listens

CYRILLIC = "Кино,Группа крови\nАквариум,Город\n"
JAPANESE = "宇多田ヒカル,光\n椎名林檎,丸の内サディスティック\n"


@pytest.mark.parametrize(
    ("codec", "text"),
    [
        *((codec, CYRILLIC) for codec in ("cp1251", "koi8_r", "cp866", "iso8859_5", "mac_cyrillic")),
        *((codec, JAPANESE) for codec in ("shift_jis", "euc_jp", "iso2022_jp")),
        ("gb18030", "周杰伦,晴天\n王菲,红豆\n"), ("big5", "周杰倫,晴天\n王菲,紅豆\n"),
        ("euc_kr", "아이유,좋은 날\n방탄소년단,봄날\n"), ("cp1253", "Μάνος Χατζιδάκις,Όμορφη πόλη\n"),
    ],
)  # fmt: skip
def test_a_few_names_tell_their_encoding(codec: str, text: str) -> None:
    found = encoding.detect(text.encode(codec))
    assert text.encode(codec).decode(found.codec) == text
    assert found.label.endswith("(assumed)")


NAMES = [("Motörhead", "Überfall", MAY), ("Sigur Rós", "Ágætis “byrjun” – 1", DAY)]
TABLE = "artist,track,date\n" + "".join(f"{','.join(row)}\n" for row in NAMES)


@pytest.mark.parametrize("taken_for", ["cp1252", "latin-1"])
@pytest.mark.parametrize("mark", [b"", codecs.BOM_UTF8])
def test_a_table_that_was_encoded_twice_is_read_as_it_was_meant(taken_for: str, mark: bytes, tmp_path: Path) -> None:
    undefined = {sign: chr(sign) for sign in b"\x81\x8d\x8f\x90\x9d"}  # what Windows-1252 has no sign for
    garbled = "".join(undefined.get(one) or bytes([one]).decode(taken_for) for one in TABLE.encode())
    assert [row[1:] for row in listens(tmp_path, mark + garbled.encode())] == NAMES
    assert "encoded twice" in encoding.detect(mark + garbled.encode()).label


def test_json_that_was_encoded_twice(tmp_path: Path) -> None:
    entries = [{"artist": "Björk", "track": "Jóga", "date": MAY}]
    garbled = json.dumps(entries, ensure_ascii=False).encode().decode("cp1252").encode()
    assert [row[1:3] for row in listens(tmp_path, garbled, "log.json")] == [("Björk", "Jóga")]


def test_what_was_encoded_once_stays(tmp_path: Path) -> None:
    for name in ("Ã", "São Paulo", "Â", "Beyoncé", "Ângela", "ﾊﾝﾊﾞｰﾄ", "Ω", "98°", "naïve «x»"):
        assert not twice.is_twice(name)
        assert encoding.detect(f"{name},Roads\n".encode()).codec == "utf-8"
    mixed = "Björk,x\nSigur Rós,y\nBjÃ¶rk,z\n"
    assert not twice.is_twice(mixed)  # most names are as they should be


def test_pieces_may_end_within_a_letter(tmp_path: Path) -> None:
    file = tmp_path / "log.csv"
    file.write_bytes("Björk,Ænima\n".encode().decode("cp1252").encode())
    with file.open("rb") as opened:
        pieces = iter(lambda: opened.read(1), b"")

        class Slow:
            """A file that gives one byte at a time."""

            def read(self, _: int) -> bytes:
                return next(pieces, b"")

        told = encoding.Encoding(twice.NAME, "")
        assert b"".join(chunks(Slow(), told)).decode() == "Björk,Ænima\n"  # type: ignore[arg-type]  # reads as a file
