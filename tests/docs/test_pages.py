"""The pages of docs/ promise nothing that there is not: links lead somewhere, commands exist, the guide's are run."""

import csv
import json
import random
import re
import shlex
import zipfile
from pathlib import Path

import pytest

from musicrec_tui.cli import argv
from musicrec_tui.cli.app import run
from musicrec_tui.cli.argv import COMMANDS
from tests.services.fake import FakeService, Play, serving

DOCS = Path(__file__).parents[2] / "docs"
PAGES = sorted(DOCS.rglob("*.md"))
PACKAGE = DOCS.parent / "musicrec_tui"
ROOMS = ("dataset", "recommenders", "services", "evaluation", "runs", "jobs", "cli", "tui", "web")
ROOTS = (DOCS.parent, PACKAGE, *PACKAGE.glob("*/"))
NAMES = ("Pixies", "Portishead", "Massive Attack", "Moby", "Low", "Can", "Pulp", "Blur", "Air", "Neu!", "Faust", "Wire")


def commands(page: Path) -> list[list[str]]:
    """The words of each `musicrec-tui` line in the console blocks of a page."""
    blocks = re.findall(r"```console\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)
    lines = [line for block in blocks for line in block.splitlines() if line.startswith("musicrec-tui")]
    return [shlex.split(line, comments=True)[1:] for line in lines]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(DOCS)))
def test_links_lead_somewhere_and_commands_exist(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)#]+)", text):
        assert "://" in target or (page.parent / target).exists(), f"{page.name} links to {target}"
        assert "://" in target or (page.parent / target).resolve().is_relative_to(DOCS), f"{target}: the site lacks it"
    for line in commands(page):
        read = argv.read(line)
        assert isinstance(read, argv.ScreenRequest) or read[0] in COMMANDS
    for name in re.findall(r"(?<!inject )musicrec-tui ([a-z][a-z-]+)\b(?![./])", text):
        assert name in COMMANDS, f"{page.name} names {name}"


@pytest.mark.parametrize(
    "page", [DOCS / "architecture.md", *sorted((DOCS / "design").glob("*.md"))], ids=lambda page: page.name
)
def test_the_files_that_the_pages_of_the_code_name_are_there(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    files = re.findall(r"`((?:[a-z_]+/)*[a-z_]+/[a-z_]+\.py)`", text)
    modules = [name.replace(".", "/") for name in re.findall(rf"`((?:{'|'.join(ROOMS)})(?:\.[a-z_]+)+)", text)]
    missing = [name for name in files if not any((root / name).exists() for root in ROOTS)]
    missing += [name for name in modules if not any((PACKAGE / stem).exists() for stem in (name, f"{name}.py"))]
    assert not missing, missing


def test_the_page_for_a_screen_reader_names_real_commands() -> None:
    rows = [line for line in (DOCS / "accessible.md").read_text(encoding="utf-8").splitlines() if line.startswith("|")]
    named = [shlex.split(one)[0] for row in rows[2:] for one in re.findall(r"`([^`]+)`", row.split("|")[2])]
    assert len(named) > 20
    assert set(named) <= set(COMMANDS)


@pytest.fixture
def surroundings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a log that serves as the default, and with the export that the guide speaks of."""
    dice = random.Random(5)
    log = tmp_path / "log.csv"
    with log.open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(["user_id", "artist_name", "recording_name", "listened_at"])
        for user in range(40):
            for at, name in enumerate(dice.sample(NAMES, 7)):
                rows.writerows(
                    (user, name, "Song", f"2024-04-0{day} 12:0{at}:00") for day in range(1, dice.randint(2, 9))
                )
    plays = [
        {"ts": f"2024-05-{day:02}T12:00:00Z", "ms_played": 200_000, "master_metadata_track_name": f"Song {day}",
         "master_metadata_album_artist_name": name, "master_metadata_album_album_name": "Album",
         "incognito_mode": False}
        for day, name in enumerate((*NAMES[:4], *NAMES[:2], "Nobody Else"), 1)
    ]  # fmt: skip
    with zipfile.ZipFile(tmp_path / "my_spotify_data.zip", "w") as file:
        file.writestr("Spotify Extended Streaming History/Streaming_History_Audio_2024_1.json", json.dumps(plays))
    monkeypatch.setenv("MUSICREC_DATA", str(log))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_every_command_of_the_guide_works(
    surroundings: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    listed = commands(DOCS / "your-history.md")
    assert [line[0] for line in listed].count("recommend") == 5
    monkeypatch.setenv("LISTENBRAINZ_TOKEN", "t")
    with serving([Play(1_700_000_000 + number, name, "Song") for number, name in enumerate(NAMES[:3])]) as service:
        for line in listed:
            _run(line, service, capsys)
    assert run(["profiles"]) == 0
    assert "me" not in capsys.readouterr().out.split()


def _run(line: list[str], service: FakeService, capsys: pytest.CaptureFixture[str]) -> None:
    """Run a command of the guide; one that asks a service asks the one of this test, which knows ann."""
    asks = bool({"--listenbrainz", "--lastfm", "send"} & {*line})
    if asks:
        line = [word.replace("NAME", "ann") for word in line] + ["--api-url", service.url]
    read = argv.read(line)
    assert not isinstance(read, argv.ScreenRequest)
    code = run(read)
    told = capsys.readouterr()
    if "send" in line:  # a log without ids of recordings, as the sample is
        assert (code, "no recording with a MusicBrainz id" in told.err) == (2, True)
        return
    assert code == 0, shlex.join(line)
    if line[0] == "recommend":
        assert any(name in told.out for name in NAMES[4:]), told.out
