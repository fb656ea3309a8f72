"""Links: encoded names, templates, and what settings change."""

from urllib.parse import unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from musicrec_tui import links, settings
from musicrec_tui.errors import UserError
from musicrec_tui.links import Service, Thing
from musicrec_tui.paths import Home

HOSTILE = "AC/DC & \x1b]8;;evil\x07 ?q=1#x {mbid} 100%"


@pytest.mark.parametrize("kind", ["artist", "album", "track"])
def test_every_service_has_every_kind(kind: str) -> None:
    thing = Thing("Portishead", album="Dummy" if kind == "album" else "", track="Roads" if kind == "track" else "")
    found = links.links(thing, {})
    assert list(found) == ["MusicBrainz", "ListenBrainz", "Last.fm", "Spotify", "YouTube", "Bandcamp"]
    wanted = {"artist": "Portishead", "album": "Dummy", "track": "Roads"}[kind]
    assert all(wanted in unquote(url) and "Portishead" in unquote(url) for url in found.values())


def test_an_mbid_leads_to_the_page_itself() -> None:
    mbid = "8f6bd1e4-fbe1-4f50-aa9b-94c450ec0f11"
    found = links.links(Thing("Portishead", mbid), {})
    assert found["MusicBrainz"] == f"https://musicbrainz.org/artist/{mbid}"
    assert found["ListenBrainz"] == f"https://listenbrainz.org/artist/{mbid}/"
    assert "search" in links.links(Thing("Portishead"), {})["MusicBrainz"]


@given(st.text(min_size=1).filter(lambda text: text.isprintable() or True))
def test_names_are_encoded(name: str) -> None:
    try:
        name.encode()
    except UnicodeEncodeError:
        return
    for url in links.links(Thing(name, album=name), {}).values():
        assert url.isascii()
        assert all(33 <= ord(sign) < 127 for sign in url)
        assert name in unquote(url)
        assert urlsplit(url).fragment == ""


def test_a_hostile_name_adds_nothing_to_the_link() -> None:
    url = links.links(Thing(HOSTILE), {})["Last.fm"]
    assert url.startswith("https://www.last.fm/music/AC%2FDC%20%26%20%1B%5D8")
    assert urlsplit(url).query == ""


def test_settings_add_replace_and_remove_services(home: Home) -> None:
    home.settings.parent.mkdir(parents=True, exist_ok=True)
    home.settings.write_text(
        '[links.Bandcamp]\n[links.Discogs]\nartist = "https://www.discogs.com/search/?q={artist}"\n'
        '[links.Spotify]\nartist = "spotify-lies"\n'
    )
    with pytest.raises(UserError, match=r"line 5.*links\.Spotify\.artist: a link begins with https"):
        settings.load(home)
    home.settings.write_text(home.settings.read_text().replace("spotify-lies", "https://s.example/{artist}"))
    found = links.links(Thing("Low"), settings.load(home).links)
    assert "Bandcamp" not in found
    assert found["Discogs"] == "https://www.discogs.com/search/?q=Low"
    assert found["Spotify"] == "https://s.example/Low"
    assert "Discogs" not in links.links(Thing("Low", track="Lullaby"), settings.load(home).links)


@pytest.mark.parametrize(
    ("template", "said"),
    [("https://x/{title}", "no {title}"), ("https://x/{artist", "partner"), ("javascript:alert(1)", "begins with")],
)
def test_faults_of_templates_get_sentences(template: str, said: str) -> None:
    found = links.fault(Service(track=template))
    assert found is not None
    assert found[0] == "track"
    assert said in found[1]
