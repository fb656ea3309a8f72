"""What our processes find in their environment."""

import os
from pathlib import Path

import pytest

from musicrec_tui import gpu
from musicrec_tui.jobs import environment


def test_nobody_looks_for_a_gpu_where_there_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    device = tmp_path / "nvidiactl"
    monkeypatch.setattr(gpu, "_DEVICES", (device,))
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    assert environment.for_child()["CUDA_VISIBLE_DEVICES"] == "-1"
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "0")
    assert environment.for_child()["CUDA_VISIBLE_DEVICES"] == "0"
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES")
    device.touch()
    assert "CUDA_VISIBLE_DEVICES" not in environment.for_child()


def test_what_a_process_sets_itself_is_what_its_children_get(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "environ", dict(os.environ))
    monkeypatch.setenv("OPENBLAS_NUM_THREADS", "8")
    environment.prepare()
    assert os.environ["OPENBLAS_NUM_THREADS"] == environment.for_child()["OPENBLAS_NUM_THREADS"] == "1"


@pytest.mark.parametrize(("said", "expected"), [(None, 15), ("0", 0), ("7", 7), ("20", 15), ("-3", 15), ("low", 15)])
def test_jobs_step_back_as_far_as_the_environment_says(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], said: str | None, expected: int
) -> None:
    lowered: list[int] = []
    monkeypatch.setattr(os, "nice", lowered.append)
    monkeypatch.setattr(os, "getsid", lambda _: 0)
    if said is None:
        monkeypatch.delenv(environment.NICENESS)
    else:
        monkeypatch.setenv(environment.NICENESS, said)
    environment.step_back()
    assert lowered == [expected]
    assert ("is not used" in capsys.readouterr().err) == (said not in (None, str(expected)))


def test_a_job_in_the_foreground_does_not_step_back_unless_the_user_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(environment.NICENESS)
    assert environment.for_child(foreground=True)[environment.NICENESS] == "0"
    assert environment.NICENESS not in environment.for_child()
    monkeypatch.setenv(environment.NICENESS, "7")
    assert environment.for_child(foreground=True)[environment.NICENESS] == "7"
