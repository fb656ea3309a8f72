"""A server with 57 plays, and no waiting."""

from collections.abc import Iterator

import pytest

from tests.services.fake import FakeService, history, serving


@pytest.fixture
def service() -> Iterator[FakeService]:
    """Has 57 plays of ann, ten to a page."""
    with serving(history(57)) as running:
        yield running


@pytest.fixture(autouse=True)
def _no_tokens(monkeypatch: pytest.MonkeyPatch) -> None:
    """The tokens of whoever runs the tests stay where they are."""
    for name in ("LISTENBRAINZ_TOKEN", "LASTFM_API_KEY"):
        monkeypatch.delenv(name, raising=False)
