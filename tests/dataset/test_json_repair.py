"""JSON that is cut off or broken costs the entries that are broken, and says which."""

import json
import random
from pathlib import Path
from typing import Any

import msgspec
import pytest

from musicrec_tui.dataset.lookups import account
from musicrec_tui.dataset.sources import base, json_repair
from musicrec_tui.paths import Home
from tests.dataset.fixtures_of_people import DOCUMENTS
from tests.dataset.logs import opened

WHOLE = [{"a": f'n"{number}]', "b": [number, {"c": "x,{"}]} for number in range(6)]
TEXT = json.dumps(WHOLE).encode()
ENDS = [at for at in range(len(TEXT)) if TEXT.startswith(b'{"a"', at)]


def entries(content: bytes) -> list[Any]:
    """The entries of a mended list; broken ones as what is said of them."""
    mended = json_repair.repaired(content)
    assert mended is not None
    raws = msgspec.json.decode(mended, type=list[msgspec.Raw])
    return [json_repair.broken_entry(bytes(raw)) or msgspec.json.decode(raw) for raw in raws]


@pytest.mark.parametrize("end", range(1, len(TEXT)))
def test_a_list_that_is_cut_anywhere_keeps_what_is_whole(end: int) -> None:
    if not json_repair.repaired(TEXT[:end]):
        assert end < len('[{"a":')  # nothing of an entry is there
        return
    *whole, cut = entries(TEXT[:end])
    assert whole == WHOLE[: len(whole)]
    assert cut.cut
    assert len(whole) == sum(at < end for at in ENDS) - (not TEXT[:end].rstrip(b", ").endswith(b"}]}"))


@pytest.mark.parametrize("seed", range(40))
def test_a_byte_that_is_damaged_costs_one_entry(seed: int) -> None:
    draw = random.Random(seed)
    at = draw.randrange(ENDS[1], len(TEXT) - 1)
    damaged = TEXT[:at] + draw.choice([b"\0", b'"', b"}", b"{", b"]", b"["]) + TEXT[at + 1 :]
    found = entries(damaged)
    kept = [one for one in found if isinstance(one, dict) and one in WHOLE]
    assert len(kept) >= len(WHOLE) - 2  # a bracket between two entries belongs to both
    assert kept == [one for one in WHOLE if one in kept]


def test_two_lists_one_after_another_are_one() -> None:
    assert entries(TEXT + b"\n" + TEXT) == WHOLE + WHOLE


def test_what_follows_a_list_is_one_entry_more() -> None:
    *whole, rest = entries(TEXT + b"garbage")
    assert (whole, rest.text, rest.cut) == (WHOLE, "garbage", False)


def test_what_has_no_list_of_objects_is_not_mended() -> None:
    assert json_repair.repaired(b'{"a": 1') is None
    assert json_repair.repaired(b"[1, 2") is None
    assert json_repair.repaired(b"[" * 100_000) is None


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: document.name)
def test_an_export_that_is_cut_is_read_up_to_there(document: Any, tmp_path: Path, home: Home) -> None:
    whole = opened(home, document.write(tmp_path / "whole")).info
    cut = opened(home, document.write(tmp_path / "cut", cut=True))
    assert (cut.info.rows, cut.info.kept) == (whole.rows, whole.kept - 1)
    assert cut.info.rejected == {**whole.rejected, base.CUT_OFF: 1}
    [one] = [one for one in account.offenders(cut) if one.reason == base.CUT_OFF]
    assert one.row == whole.rows
    assert one.shown
    assert document.secret not in one.shown


def test_slips_of_a_program_cost_no_entry() -> None:
    """JavaScript's comma at an end, and Python's numbers: what is in texts stays."""
    written = b'[{"a": NaN, "b": [1, 2,],}, {"a": -Infinity, "b": "NaN,]"},]'
    assert entries(written) == [{"a": None, "b": [1, 2]}, {"a": None, "b": "NaN,]"}]
