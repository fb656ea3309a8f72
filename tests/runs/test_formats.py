"""What is written to disk comes back, and what is damaged is passed over or refused."""

import dataclasses
import os
import typing
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from musicrec_tui import sealed
from musicrec_tui.dataset.log import IndexedLog, Log
from musicrec_tui.dataset.split_spec import SplitSpec
from musicrec_tui.errors import UserError
from musicrec_tui.recommenders.als import AlsParams
from musicrec_tui.recommenders.ncf import NcfParams
from musicrec_tui.recommenders.popularity import PopularityParams
from musicrec_tui.runs import eventlog, events, metrics
from musicrec_tui.runs.eventlog import Appender
from musicrec_tui.runs.spec import SCHEMA, TrainRequest, TrainSpec, fields_of, log_of
from musicrec_tui.text import NORMAL_FORM

texts = st.text(max_size=40)
numbers = st.floats(allow_nan=False, allow_infinity=False)
counts = st.integers(0, 2**53)
moments = st.datetimes(timezones=st.just(UTC))
measures = st.dictionaries(texts, numbers, max_size=4)

any_event = st.one_of(
    st.builds(events.Queued, at=moments, pid=counts),
    st.builds(events.Resumed, at=moments),
    st.builds(events.Started, at=moments, pid=counts, versions=st.dictionaries(texts, texts, max_size=3)),
    st.builds(events.Device, at=moments, name=texts, memory_mb=st.none() | counts),
    st.builds(
        events.Summary, at=moments, layers=st.lists(st.tuples(texts, texts, counts), max_size=3).map(tuple),
        parameters=counts,
    ),
    st.builds(
        events.Data, at=moments, users=counts, artists=counts, train=counts, validation=counts, test=counts,
        seconds=numbers,
    ),
    st.builds(
        events.Progress, at=moments, phase=texts, done=counts, of=counts, eta_seconds=st.none() | numbers,
        memory_mb=counts,
    ),
    st.builds(events.Epoch, at=moments, epoch=counts, of=counts, metrics=measures, seconds=numbers, phase=texts),
    st.builds(events.Log, at=moments, text=texts),
    st.builds(events.Heartbeat, at=moments, memory_mb=counts),
    st.builds(events.Finished, at=moments, metrics=measures, seconds=measures, peak_memory_mb=counts),
    st.builds(events.Failed, at=moments, reason=texts, advice=texts),
    st.builds(events.Cancelled, at=moments),
)  # fmt: skip
shares = st.floats(0, 0.9)
splits = st.builds(
    SplitSpec, kind=st.sampled_from(["random", "leave-last", "time"]), test=shares, validation=shares,
    seed=st.integers(0, 2**31), protocol=st.sampled_from(["discovery", "repeat"]), min_artists=st.integers(1, 100),
)  # fmt: skip
parameters = st.one_of(
    st.just(PopularityParams()),
    st.builds(AlsParams, factors=st.integers(1, 1024), alpha=st.floats(0.001, 1000)),
    st.builds(
        NcfParams, negatives=st.just("all") | st.integers(1, 50), layers=st.sampled_from([(64, 32, 16, 8), (2,)])
    ),
)
specs = st.builds(
    TrainSpec, run=texts, number=counts, params=parameters, data=st.lists(texts, max_size=3).map(tuple), index=texts,
    content=texts, split=splits, created_at=moments, name=texts, seed=st.integers(0, 2**32 - 1), final=st.booleans(),
    k=st.integers(1, 1000),
)  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("formats")


def test_every_kind_of_event_is_covered() -> None:
    built = {strategy.wrapped_strategy for strategy in any_event.original_strategies}  # type: ignore[attr-defined]
    assert len(built) == len(typing.get_args(events.AnyEvent))


@given(told=st.lists(any_event, max_size=8))
def test_events_come_back_as_they_were_told(folder: Path, told: list[events.AnyEvent]) -> None:
    (folder / eventlog.FILE).unlink(missing_ok=True)
    appender = Appender(folder)
    for event in told:
        appender.append(event)
    read, offset = eventlog.read(folder)
    assert read == told
    assert offset == (folder / eventlog.FILE).stat().st_size
    assert eventlog.read(folder, offset) == ([], offset)


@given(told=st.lists(any_event, min_size=1, max_size=5), cut=st.integers(0, 10_000))
def test_a_torn_end_is_left_for_later_and_loses_nothing_before_it(
    folder: Path, told: list[events.AnyEvent], cut: int
) -> None:
    whole = b"".join(msgspec.json.encode(event) + b"\n" for event in told)
    cut %= len(whole) + 1
    (folder / eventlog.FILE).write_bytes(whole[:cut])
    first, offset = eventlog.read(folder)
    assert first == told[: whole[:cut].count(b"\n")]
    (folder / eventlog.FILE).write_bytes(whole)
    rest, _ = eventlog.read(folder, offset)
    assert first + rest == told


def _is_garbage(raw: bytes) -> bool:
    return b"\n" not in raw and b"\r" not in raw and sealed.is_whole(raw) is None


@given(garbage=st.binary(max_size=200).filter(_is_garbage), event=any_event)
def test_what_cannot_be_understood_is_passed_over(folder: Path, garbage: bytes, event: events.AnyEvent) -> None:
    line = msgspec.json.encode(event) + b"\n"
    later = b'{"event":"teleported","at":"2030-01-01T00:00:00Z","to":"Mars"}\n'
    (folder / eventlog.FILE).write_bytes(line + garbage + b"\n" + later + line)
    assert eventlog.read(folder)[0] == [event, event]


def test_a_later_version_may_add_fields() -> None:
    line = b'{"event":"cancelled","at":"2030-01-01T00:00:00Z","by":"somebody"}'
    assert eventlog.decode(line) == events.Cancelled(at=datetime(2030, 1, 1, tzinfo=UTC))


def test_who_writes_after_a_torn_line_begins_a_new_one(tmp_path: Path) -> None:
    (tmp_path / eventlog.FILE).write_bytes(b'{"event":"queued","at":')
    event = events.Cancelled(at=datetime(2030, 1, 1, tzinfo=UTC))
    Appender(tmp_path).append(event)
    assert eventlog.read(tmp_path)[0] == [event]


def test_a_line_beyond_all_limits_does_not_stop_the_reading(tmp_path: Path) -> None:
    event = events.Cancelled(at=datetime(2030, 1, 1, tzinfo=UTC))
    (tmp_path / eventlog.FILE).write_bytes(b"x" * 10_000_000 + b"\n" + msgspec.json.encode(event) + b"\n")
    offset, found = 0, []
    for _ in range(5):
        more, offset = eventlog.read(tmp_path, offset)
        found += more
    assert found == [event]


def test_nothing_follows_a_last_word(tmp_path: Path) -> None:
    appender = Appender(tmp_path)
    event = events.Cancelled(at=datetime(2030, 1, 1, tzinfo=UTC))
    appender.append_last(event)
    appender.append(events.Heartbeat(at=event.at))
    assert eventlog.read(tmp_path)[0] == [event]
    assert [path.name for path in tmp_path.iterdir()] == [eventlog.FILE]
    with pytest.raises(OSError, match="Bad file descriptor"):
        os.fstat(appender._descriptor)


@given(spec=specs)
def test_specs_come_back_as_they_were_given(folder: Path, spec: TrainSpec) -> None:
    sealed.write(folder / "spec.json", spec, SCHEMA)
    assert sealed.read(folder / "spec.json", TrainSpec, SCHEMA) == spec


def test_a_spec_is_stored_flat_under_the_names_of_before() -> None:
    log = IndexedLog(Log(["/log"], "Last.fm 1K"), Path("/index"), "c")
    request = TrainRequest(params=AlsParams(factors=8), final=True, name=" a  b ")
    spec = TrainSpec(run="r", number=3, created_at=datetime(2030, 1, 1, tzinfo=UTC), **fields_of(request, log))
    stored = msgspec.to_builtins(spec)
    assert stored | {"params": "p", "split": "s"} == {
        "run": "r", "number": 3, "params": "p", "data": ("/log",), "index": "/index", "content": "c", "split": "s",
        "created_at": "2030-01-01T00:00:00Z", "name": "a b", "seed": 42, "final": True, "k": 10,
        "layout": "Last.fm 1K", "normal_form": NORMAL_FORM, "tuning": "",
        "engine": {"name": "local", "master": "", "conf": {}},
    }  # fmt: skip
    assert (stored["params"]["model"], stored["params"]["factors"]) == ("als", 8)
    assert (log_of(spec).log.paths, log_of(spec).index, log_of(spec).content) == ((Path("/log"),), Path("/index"), "c")


@dataclasses.dataclass
class _Written:
    path: Path
    content: bytes


@pytest.fixture
def written(tmp_path: Path) -> _Written:
    spec = TrainSpec(
        run="r", number=1, params=AlsParams(), data=("/log",), index="/i", content="c", split=SplitSpec(),
        created_at=datetime(2030, 1, 1, tzinfo=UTC),
    )  # fmt: skip
    path = tmp_path / "spec.json"
    sealed.write(path, spec, SCHEMA)
    return _Written(path, path.read_bytes())


def test_any_changed_byte_is_noticed(written: _Written) -> None:
    for place in range(len(written.content) - 1):
        damaged = bytearray(written.content)
        damaged[place] ^= 0x01
        written.path.write_bytes(damaged)
        with pytest.raises(UserError, match=r"spec\.json"):
            sealed.read(written.path, TrainSpec, SCHEMA)


def test_any_cut_is_noticed(written: _Written) -> None:
    for length in range(len(written.content) - 1):
        written.path.write_bytes(written.content[:length])
        with pytest.raises(UserError, match=r"spec\.json"):
            sealed.read(written.path, TrainSpec, SCHEMA)


def test_a_later_schema_is_named(written: _Written) -> None:
    written.path.write_bytes(written.content.replace(b'"schema":1', b'"schema":2'))
    with pytest.raises(UserError, match="schema 2"):
        sealed.read(written.path, TrainSpec, SCHEMA)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"nowhere\.json cannot be read"):
        sealed.read(tmp_path / "nowhere.json", TrainSpec, SCHEMA)


def test_results_of_before_intervals_and_groups_still_open(tmp_path: Path) -> None:
    """As version 0.1.0 wrote them."""
    before = msgspec.defstruct(
        "RunMetrics",
        [(name, object) for name in (
            "run", "content", "split", "k", "evaluated_on", "candidates", "users", "metrics", "seconds",
            "peak_memory_mb", "per_user_sha256", "model_sha256",
        )],
        kw_only=True,
    )  # fmt: skip
    written = before(
        run="r", content="c", split=SplitSpec(), k=10, evaluated_on="validation", candidates="all artists", users=9,
        metrics={"ndcg@10": 0.2, "coverage@10": 0.1}, seconds={"fit": 1.5}, peak_memory_mb=99,
        per_user_sha256="1" * 64, model_sha256="2" * 64,
    )  # fmt: skip
    sealed.write(tmp_path / metrics.FILE, written, metrics.SCHEMA)
    read = metrics.read(tmp_path)
    assert read.metrics == {"ndcg@10": 0.2, "coverage@10": 0.1}
    assert (read.intervals, read.groups, read.model_bytes) == ({}, {}, None)
