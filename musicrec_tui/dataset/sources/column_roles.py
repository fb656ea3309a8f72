"""What columns are called, in several spellings and languages: a name is looked up by its letters and digits alone."""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

USER, ARTIST, ALBUM_ARTIST, ALBUM, TRACK = "user", "artist", "album_artist", "album", "track"
ARTIST_ID, ARTIST_MBID, TRACK_MBID, ARTIST_KEY = "artist_id", "artist_mbid", "track_mbid", "artist_key"
PLAYS, RATING, TIME, DATE, CLOCK, LENGTH, PRIVATE, EVENT = (
    "plays", "rating", "time", "date", "clock", "ms_played", "private", "event",
)  # fmt: skip

ASKED = (USER, ARTIST, ALBUM, TRACK, ARTIST_ID, ARTIST_MBID, TRACK_MBID, PLAYS, RATING, TIME, DATE, CLOCK)
"""What `--map` takes."""

SPELLINGS: dict[str, tuple[str, ...]] = {
    USER: (
        "userid", "username", "user", "usersha1", "userhash", "listener", "listenerid", "listenername", "lastfmuser",
        "lastfmusername", "account", "accountname", "accountid", "profile", "profilename", "person", "member",
        "memberid", "uid", "screenname", "benutzer", "benutzername", "nutzer", "utilisateur", "usuario", "utente",
        "useruuid", "listeneruuid", "useremail", "userlogin", "login", "scrobbler", "scrobblername", "customerid",
        "who", "email", "emailaddress", "customer", "owner", "ownerid", "deviceowner", "householdmember", "nickname",
        "nick", "handle", "memberno", "membernumber", "acct", "accountno", "spotifyusername", "spotifyuser",
        "listenbrainzuser", "sessionuser", "bruger", "bruker", "kayttaja", "kullanici",
        "gebruiker", "uzytkownik", "anvandare", "пользователь", "ユーザー",
    ),
    ARTIST: (
        "artistname", "artist", "artists", "artistnames", "trackartist", "trackartistname", "trackartists",
        "trackartistsname", "artistsname", "mastermetadataalbumartistname", "artisttitle", "artisttext", "performer",
        "band", "bandname", "interpret", "kunstler", "artiste", "artista", "interprete", "musician", "artistcredit",
        "artistcreditname", "songartist", "artistsnames", "maker",
        "artiest", "wykonawca", "artysta", "interpret", "umelec", "eloado", "исполнитель", "артист",
        "performername", "performers", "kunstner", "esittaja", "interpreter", "interpreten", "artystka", "sanatcı",
        "アーティスト", "アーティスト名", "歌手", "艺术家", "가수", "아티스트",
    ),
    ALBUM_ARTIST: ("albumartist", "albumartistname", "albumartists", "albumartistsname", "containerartistname"),
    ALBUM: (
        "albumname", "album", "albumtitle", "release", "releasename", "releasetitle", "mastermetadataalbumalbumname",
        "record", "recordname", "trackalbum", "trackalbumname", "albumtext", "containeralbumname",
        "levy", "plaat", "skiva", "plade", "disco", "disque", "płyta",
        "альбом", "アルバム", "アルバム名", "专辑", "앨범",
    ),
    TRACK: (
        "trackname", "track", "tracktitle", "song", "songname", "songtitle", "recordingname", "recording",
        "recordingtitle", "mastermetadatatrackname", "title", "titel", "titre", "titulo", "titolo", "name", "lied",
        "cancion", "tema", "brano", "canzone", "musica", "faixa", "nummer", "sang", "kappale", "utwor", "tytuł",
        "skladba", "morceau", "chanson", "lattitel", "sangtitel", "kipale", "cim", "naslov",
        "şarkı", "piosenka", "трек", "песня", "название", "曲", "曲名", "トラック", "歌曲", "곡", "노래",
    ),
    ARTIST_ID: ("artistid", "artistcreditid"),
    ARTIST_MBID: (
        "artistmbid", "artistmbids", "artistmusicbrainzid", "musicbrainzartistid", "mbartistid", "artistcreditmbids",
    ),
    ARTIST_KEY: ("artistkey",),
    TRACK_MBID: (
        "recordingmbid", "trackmbid", "songmbid", "musicbrainztrackid", "musicbrainzrecordingid", "mbtrackid", "mbid",
        "trackmusicbrainzid", "recordingmusicbrainzid",
    ),
    PLAYS: (
        "playcount", "plays", "listencount", "scrobblecount", "listens", "scrobbles", "playcounts", "numplays",
        "numberofplays", "nplays", "totalplays", "timesplayed", "trackplaycount", "artistplaycount", "count", "counts",
        "streams", "streamcount", "spelningar", "odtworzenia", "reproducoes", "прослушивания", "再生回数",
        "weight", "frequency", "userplaycount", "wiedergaben", "lectures", "ecoutes", "reproducciones", "ascolti",
    ),
    RATING: ("rating", "userrating", "stars", "artistrating", "score", "bewertung", "liking"),
    TIME: (
        "listenedat", "playedat", "scrobbledat", "listentimestamp", "scrobbletimestamp", "uts", "dateuts",
        "timestamp", "ts", "timems", "timestampms", "unixtime", "unixtimestamp", "epoch", "datetime", "dateandtime",
        "playedon", "listenedon", "scrobbledon", "playdate", "playtime", "scrobbletime", "listentime", "listeningtime",
        "eventstarttimestamp", "playeddate", "dateplayed", "dateutc", "utctime", "timeutc", "timestamputc",
        "datetimeutc", "endtime", "time", "date", "datetext", "starttime", "startedat", "played", "scrobbled",
        "when", "moment", "datum", "zeit", "zeitpunkt", "fecha", "data", "heure", "dateheure",
        "dataehora", "dateplayedutc", "datedecoute", "ecoutele", "gehortam", "abgespieltam", "tidpunkt", "дата",
        "время", "日時", "日付", "时间", "日期", "날짜", "시간",
        "dato", "paivamaara", "tarih", "timeofplay", "dateofplay", "listeningdate", "scrobbledate", "datescrobbled",
        "lastplayeddate", "eventendtimestamp", "started", "begin", "startdate", "playstart", "endedat", "stoppedat",
        "finishedat", "ended", "stopped", "enddate", "playend", "uhrzeit", "hora", "ora", "tijd", "godzina", "kello",
    ),
    LENGTH: ("msplayed", "playdurationmilliseconds", "playdurationms", "playedms"),
    PRIVATE: ("incognitomode",),
    EVENT: ("eventtype", "event"),
}  # fmt: skip

NO_LISTENS = frozenset({
    "firstat", "lastat", "firstplayed", "firstlistened", "lastplayed", "lastlistened", "lastplay", "firstplay",
    "createdat", "created", "insertedat", "addedat", "added", "dateadded", "updatedat", "updated", "releasedate",
    "released", "releaseyear", "year", "birthday", "registered", "signupdate", "eventreceivedtimestamp",
    "offlinetimestamp", "duration", "length", "lengthms", "durationms", "trackduration", "tracklength", "trackid",
    "mediadurationinmilliseconds", "utcoffsetinseconds",
})  # fmt: skip
"""Columns of times or numbers that are not the time of a listen."""

ZONES = frozenset({
    "timezone", "tz", "tzname", "zone", "utcoffset", "gmtoffset", "offset", "timezoneoffset", "tzoffset", "zeitzone",
    "fuseauhoraire", "zonahoraria", "utcoffsetinseconds", "utcoffsetminutes", "utcoffsetseconds",
})  # fmt: skip
"""Columns that say how far a local time is from UTC."""

MAYBE_USERS = frozenset({"uuid", "guid", "session", "sessionid", "sessionname", "client", "clientid"})
"""Columns that name users in some files, and devices or sessions in others."""

LIKED = frozenset({
    "loved", "love", "isloved", "userloved", "trackloved", "liked", "isliked", "trackliked", "favorite", "favourite",
    "favorites", "favourites", "isfavorite", "isfavourite", "hearted", "starred",
})  # fmt: skip
"""Columns that mark what is liked."""

NAMES = (ARTIST, ALBUM_ARTIST, ALBUM, TRACK)
"""Roles of names."""

ENTITIES = {
    "&lt;": "<", "&gt;": ">", "&quot;": '"', "&#34;": '"', "&#034;": '"', "&apos;": "'", "&#39;": "'", "&#039;": "'",
    "&#x27;": "'", "&rsquo;": "’", "&#8217;": "’", "&nbsp;": " ", "&#47;": "/", "&#x2F;": "/", "&amp;": "&",
}  # fmt: skip
"""Signs of names as web pages write them; the last one is read last, for it begins the others."""

PLAYED = ("play_end", "scrobble", "play", "listen")
"""What a column of events says of a play."""

END_OF_PLAY = frozenset({
    "ts", "endtime", "eventendtimestamp", "endedat", "stoppedat", "finishedat", "ended", "stopped", "enddate",
    "playend",
})  # fmt: skip
"""Columns that say when a play ended, where another one says how long it was."""

_LONGEST = 60
_WRAPPERS = frozenset(
    {"tags", "item", "metadata", "data", "fields", "media", "info", "listen", "play", "entry", "payload"}
)
"""Objects of JSON that say nothing of what is in them."""
_ENDINGS = ("_text", "_txt", "_str", "_string", "_display", "_raw", "_utc", "_local")
"""What programs add to a name that says the type of its values."""
_REMARK = re.compile(r"[(\[]([^)\]]*)[)\]]")
_USER_WORDS = re.compile(r"user|listener|account|member|login|e-?mail|person|profile|who|owner|customer", re.IGNORECASE)
_NO_LETTERS = re.compile(r"[\W_]+")


def bare(name: str) -> str:
    """A name's letters and digits, small and without accents; of `Date#listener` those before the sign."""
    before, sign, _ = name.partition("#")
    folded = unicodedata.normalize("NFKD", (before if sign and before.strip() else name).casefold())
    return _NO_LETTERS.sub("", folded)


_RANKS = {
    role: {bare(name): place for place, name in reversed([*enumerate(names)])} for role, names in SPELLINGS.items()
}


def rank(role: str, name: str) -> int | None:
    """How good a name is for a role (0 is best); None where it is none."""
    known = next((one for one in _spelled(name) if any(one in ranks for ranks in _RANKS.values())), "")
    return _RANKS[role].get(known)


def is_known(name: str) -> bool:
    """Whether a name is one of the spellings of any role."""
    return len(name) <= _LONGEST and any(one in ranks for one in _spelled(name) for ranks in _RANKS.values())


def sounds_like_user(name: str) -> bool:
    """Whether a name has a word in it that stands for people."""
    return bool(_USER_WORDS.search(name)) and "agent" not in name.casefold()


@lru_cache(maxsize=32_768)
def _spelled(name: str) -> tuple[str, ...]:
    """A name as it may be looked up: whole, without a remark, then (of JSON, `track.artist.name`) by its last parts."""
    parts = [part for part in name.split(".") if part and not part.isdecimal()]
    if len(parts) < 2:
        return (bare(name), *_without_remark(name))
    last, before = parts[-1].strip("#_@ "), parts[-2]
    above = parts[-3] if len(parts) > 2 else ""  # the artists of an album are not those of the track
    longer = (bare(f"{above}{before}{last}"),) if above else ()
    if last.casefold() in ("text", "name", "title", "value"):
        whole = (bare(last),) if before.casefold() in _WRAPPERS else ()
        return (*longer, bare(f"{above}{before}"), bare(f"{before}{last}"), bare(before), *whole)
    if last.casefold() in ("mbid", "id"):  # of whatever stands before it
        return (bare(name), bare(f"{before}{last}"))
    return (bare(name), *longer, bare(f"{before}{last}"), bare(last))


def _without_remark(name: str) -> Iterator[str]:
    """What a name is without a remark in brackets, or (`Band / Artist`) its parts, where these are no names."""
    if remark := _REMARK.search(name):
        if not any(bare(remark[1]) in ranks for ranks in _RANKS.values()):
            yield bare(_REMARK.sub("", name))
    elif "/" in name:
        yield from map(bare, name.split("/"))
    for ending in _ENDINGS:
        if name.casefold().endswith(ending):
            yield bare(name[: -len(ending)])
