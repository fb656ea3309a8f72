"""A clock that is wrong, or runs ahead, for what is deleted by age."""

import time
from datetime import datetime, timedelta, tzinfo
from types import SimpleNamespace

import pytest


class Clock:
    """The clock that the trash, the cache and their days of use see: `days` ahead of the real one."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.days = 0.0
        clock, real = self, time.time

        class Shifted(datetime):
            @classmethod
            def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
                return datetime.now(tz) + timedelta(days=clock.days)

        for module in ("days_of_use", "runs.trash"):
            patch.setattr(f"musicrec_tui.{module}.datetime", Shifted)
        patch.setattr(
            "musicrec_tui.dataset.index.pruning.time", SimpleNamespace(time=lambda: real() + clock.days * 86_400)
        )
