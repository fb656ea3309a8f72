"""HetRec 2011 Last.fm 2K (Cantador et al.): play counts by number of artist, and a table of the artists' names."""

from collections.abc import Mapping

from musicrec_tui.dataset.sources.base import Join, TableLayout, key_text
from musicrec_tui.dataset.sources.head import Columns


def _query(columns: Mapping[str, Columns]) -> str:
    """Counts with the names of their artists, each of which counts once however often it is listed."""
    return (
        "SELECT listens.*, artist_name FROM listens LEFT JOIN (SELECT trim(CAST(id AS VARCHAR)) AS artist, "
        "any_value(name) AS artist_name FROM artists GROUP BY artist) named "
        "ON named.artist = trim(CAST(listens.artistid AS VARCHAR))"
    )


def _expressions(columns: Columns) -> dict[str, str]:
    """The data set's numbers are the ids of artists."""
    return {
        "user_id": key_text("userid", columns),
        "artist_id": key_text("artistid", columns),
        "artist_name": "artist_name",
        "play_count": "TRY_CAST(weight AS DOUBLE)",
    }


LAYOUT = TableLayout(
    name="HetRec",
    sentence="the HetRec 2011 Last.fm data set: user_artists.dat with artists.dat",
    example="user_artists.dat:\nuserID\tartistID\tweight\n2\t51\t13883\n"
    "artists.dat:\nid\tname\turl\tpictureURL\n51\tDuran Duran\t\t",
    required={"userid": "id", "artistid": "id", "weight": "number"},
    optional={},
    expressions=_expressions,
    timed=False,
    quotes=False,
    join=Join(tables={"artists": {"id": "id", "name": "text"}}, needed=("artists",), query=_query),
)
