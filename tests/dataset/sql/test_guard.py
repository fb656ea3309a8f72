"""The guard lets one SELECT of tables through, whatever it is dressed as, and nothing else."""

import contextlib

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from musicrec_tui.dataset.sql import answers, guard
from musicrec_tui.dataset.sql.errors import SqlError, explained
from tests.dataset.sql.attacks import HARMLESS, READ, SEVERAL, WRITE
from tests.dataset.sql.conftest import SECRET, Field


@pytest.mark.parametrize("query", HARMLESS)
def test_what_the_line_is_for_is_answered(query: str, connection: duckdb.DuckDBPyConnection) -> None:
    assert answers.shown(answers.selected(connection, query), 5).columns


@pytest.mark.parametrize("query", [*READ, *WRITE, *SEVERAL])
def test_an_attack_is_refused_before_it_runs(query: str, field: Field, connection: duckdb.DuckDBPyConnection) -> None:
    before = field.state()
    with pytest.raises(SqlError) as refused:
        answers.selected(connection, field.of(query))
    assert SECRET not in str(refused.value)
    assert "\n" not in str(refused.value)
    assert str(refused.value).endswith((".", "?"))
    assert field.state() == before


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("", "There is no query"),
        (" ; -- nothing", "There is no query"),
        ("SELECT 1; SELECT 2", "These are 2 statements"),
        ("COPY artist TO 'x'", "and this is COPY"),
        ("EXPLAIN ANALYZE COPY artist TO 'x'", "and this is EXPLAIN"),
        ("WITH x AS (COPY artist TO 'x') SELECT 1", "this one holds COPY"),
        ("WITH x AS (DELETE FROM artist RETURNING *) FROM x", "this one holds DELETE"),
        ("PIVOT artist ON name USING count(*)", "PIVOT must name its columns"),
        ("FROM artist, READ_CSV('x')", r"read_csv\(\) cannot be used behind FROM: .* \(column 14\)"),
        ("SELECT " + "1" * guard.LONGEST, "100,007 characters"),
        ("SELECT '\ud800'", "a character that no text can have"),
        ("SELECT " + "(" * 5000 + "1" + ")" * 5000, "nested too deeply"),
    ],
)
def test_a_refusal_says_why(query: str, words: str, connection: duckdb.DuckDBPyConnection) -> None:
    with pytest.raises(SqlError, match=words):
        answers.selected(connection, query)


@pytest.mark.parametrize(
    ("query", "place", "position"),
    [
        ("SELECT names FROM artist", "(column 8).", 7),
        ("SELECT 'é',\n  names FROM artist", "(line 2, column 3).", 14),
        ("FROM artits", '"artist"? (column 6).', 5),
        ("SELEC 1", "(column 1).", 0),
    ],
)
def test_an_error_names_the_place(query: str, place: str, position: int, connection: duckdb.DuckDBPyConnection) -> None:
    with pytest.raises(SqlError) as wrong:
        answers.selected(connection, query)
    assert str(wrong.value).endswith(place)
    assert wrong.value.position == position


_TOKENS = st.sampled_from(
    [
        "SELECT", "FROM", "WITH", "x", "AS", "(", ")", "COPY", "TO", "artist", "'«SECRET»'", "'«INDEX».wal'", "*", ",",
        ";", "'", '"', "--", "/*", "*/", "\n", "$$", "read_text(", "read_csv(", "query(", "1", "UNION", "EXPLAIN",
        "ANALYZE", "RETURNING", "INSERT INTO", "DELETE FROM", "ATTACH", "SET", "VALUES",
        "(FORMAT csv, USE_TMP_FILE false)", "\0",
        "WHERE", "IN", "E'\\x3b'", "name", "MATERIALIZED", "RECURSIVE", "LATERAL", "DESCRIBE", "PIVOT", "ON",
    ]
)  # fmt: skip


@settings(max_examples=250, deadline=None)
@given(st.lists(_TOKENS, max_size=20), st.sampled_from(["", "SELECT * ", "WITH x AS (", "SELECT 1; ", "FROM "]))
def test_a_soup_of_tokens_reads_and_changes_nothing(
    field: Field, connection: duckdb.DuckDBPyConnection, tokens: list[str], beginning: str
) -> None:
    before = field.stamps()
    with contextlib.suppress(SqlError, duckdb.Error):
        told = answers.shown(answers.selected(connection, field.of(beginning + " ".join(tokens))), 5)
        assert SECRET not in str(told.rows)
    assert field.stamps() == before


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=60))
def test_any_text_gets_an_answer_or_a_sentence(connection: duckdb.DuckDBPyConnection, text: str) -> None:
    sentence = ""
    try:
        answers.shown(answers.selected(connection, text), 5)
    except SqlError as error:
        sentence = str(error)
    except duckdb.Error as error:
        sentence = str(explained(error, ""))
    assert "\n" not in sentence


def test_a_table_that_is_not_ours_is_never_proposed(connection: duckdb.DuckDBPyConnection) -> None:
    for sql, proposed in (("SELECT * FROM nosuch", ""), ("SELECT * FROM artst", 'Did you mean "artist"?')):
        with pytest.raises(duckdb.Error) as caught:
            connection.execute(sql)
        sentence = str(explained(caught.value, sql))
        assert "does not exist" in sentence
        assert proposed in sentence
        assert ("Did you mean" in sentence) == bool(proposed)
        assert "pg_" not in sentence


def test_a_long_message_is_is_cut() -> None:
    told = str(explained(duckdb.BinderException(f"Binder Error: {'x' * 1_000}"), ""))
    assert told == f"X{'x' * 298}…"
