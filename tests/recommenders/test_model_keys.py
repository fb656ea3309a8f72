"""Keys of a model: from code to key and back, held to a dictionary."""

import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from musicrec_tui.recommenders.model_keys import ModelKeys

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=6)


@given(st.sets(TEXTS, max_size=40), st.lists(TEXTS, max_size=30), st.booleans())
def test_every_key_is_found_and_no_other(known: set[str], others: list[str], ascending: bool) -> None:
    listed = sorted(known) if ascending else sorted(known, key=lambda key: key[::-1])
    keys = ModelKeys.of(listed)
    codes = {key: code for code, key in enumerate(listed)}
    asked = [*listed, *others]
    wanted = [codes.get(key, -1) for key in asked]
    assert [-1 if (code := keys.code(key)) is None else code for key in asked] == wanted
    assert keys.codes(asked).tolist() == keys.codes_of_column(pa.array(asked, pa.string())).tolist() == wanted
    assert (list(keys), keys.arrow().to_pylist(), len(keys)) == (listed, listed, len(listed))
    assert [key in keys for key in asked] == [key in codes for key in asked]


def test_a_column_of_all_keys_is_not_looked_up() -> None:
    keys = ModelKeys.of([f"{code:03}" for code in range(100)])
    column = pa.array([f"{code:03}" for code in range(40, 60)])
    keys._ranked = None  # type: ignore[assignment,method-assign]
    assert keys.codes_of_column(column, 40).tolist() == list(range(40, 60))


def test_what_is_no_text_is_unknown() -> None:
    keys = ModelKeys.of(["a", "b"])
    assert keys.code("\udc80") is None
    assert keys.codes(["\udc80", *"abcdefghijk"]).tolist() == [-1, 0, 1] + 9 * [-1]
    assert (keys[-1], keys[:1]) == ("b", ["a"])


def test_no_keys_are_no_keys() -> None:
    keys = ModelKeys.of([])
    assert (keys.code("a"), keys.codes(list("abcdefghijk")).tolist(), list(keys)) == (None, 11 * [-1], [])
    assert keys.codes_of_column(pa.array([], pa.string())).dtype == np.int32
