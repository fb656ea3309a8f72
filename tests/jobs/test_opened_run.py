"""A model is opened whole, or a sentence says why not."""

from pathlib import Path
from types import SimpleNamespace

import pytest

from musicrec_tui.errors import UserError
from musicrec_tui.jobs import opened_run
from musicrec_tui.recommenders import store
from musicrec_tui.runs import info
from musicrec_tui.runs.status import Status


def test_a_model_that_is_deleted_while_it_is_opened_is_told_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run = SimpleNamespace(status=Status.FINISHED, result=SimpleNamespace(model_sha256="x"))
    monkeypatch.setattr(info, "read", lambda _folder: (run, ()))
    monkeypatch.setattr(store, "load", lambda _folder: None)
    with pytest.raises(UserError, match="cannot be read: No such file"):
        opened_run.load_model(tmp_path)
