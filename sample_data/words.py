"""The vocabularies and title patterns that `names.py` builds invented names from."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Vocabulary:
    """The words of one style."""

    words: dict[str, tuple[str, ...]]
    """Slot name to the words that may fill it."""
    syllables: tuple[str, ...]
    """What coined names are made of."""


def _vocabulary(syllables: str, **slots: str) -> Vocabulary:
    """Builds a vocabulary from words separated by blanks (`_` stands for a blank inside one)."""
    words = {slot: tuple(word.replace("_", " ") for word in text.split()) for slot, text in slots.items()}
    return Vocabulary(words, tuple(syllables.split()))


def _split(patterns: str) -> tuple[str, ...]:
    """Splits patterns that are separated by ` | ` and wrapped anywhere."""
    return tuple(" ".join(patterns.split()).split(" | "))


_LATIN = "ka lo mir ven ta ro shi bel dor an ei lu zan fre tho nar vi sel ger mo pul dax rin os quel bri ast um yl cor"
_FIRST = """Anna Marla Jonas Ines Tobias Clara Edda Milo Nora Piet Ruben Salla Tessa Viktor Wanda Yara
        Alma Bruno Celia Dario Elin Felix Greta Hugo Ida Jasper Kaia Leif Maren Nils Odette Paula Quentin
        Rosa Silas Thea Ulla Vera Wim Zoe Cormac Delphine Emeric Fionn Gemma Harriet Idris Juno Lorcan
        Maeve"""
_LAST = """Venn Halloran Okafor Lindqvist Marsh Sorrel Bexley Carrow Dunmore Eklund Farrow Greaves Holm
        Ibarra Jarvinen Kestrel Lorne Mendel Northcott Orsini Pell Quill Ravenhill Strand Tarkov Underhill
        Vasquez Weir Yardley Zeller Ashby Brandt Castellan Devlin Esposito Fairweather Gallow Hartigan
        Ingram Joss Kovar Larkspur Moreau Nyberg Osgood Prewitt Rask Solberg Thackeray Winterbourne"""
_PLACE = """Harbour Lisbon Tallinn Dover Brixton Malmö Ohio Leith Trieste Nevada Galway Utrecht Ghent
        Tampere Bergen Montreal Bristol Tulsa Kraków Porto Riga Lund Hackney Marseille Valparaíso"""
_FAMILY = "Family Brothers Sisters Trio Band Collective Clan Crew"
_SUFFIX = "wave form core drift line fall light grid"

_ROCK = _vocabulary(
    _LATIN,
    first=_FIRST,
    last=_LAST,
    place=_PLACE,
    family=_FAMILY,
    suffix=_SUFFIX,
    adjective="""Paper Velvet Broken Silver Quiet Electric Golden Crooked Hollow Plastic Northern Sunday
        Distant Lazy Crimson Second Tiny Brilliant Nervous Polite Rusted Borrowed Wooden Awkward Foreign
        Careful Restless Painted""",
    noun="""Lantern Parade Harbour Static Engine Postcard Sparrow Cinema Radio Avenue Window Mountain
        Summer Ghost Tiger Carousel Satellite Telephone Orchard River Ballroom Whale Arcade Motel Kite
        Machine Hospital Comet Winter""",
    nouns="""Lanterns Sparrows Postcards Engines Foxes Arsonists Astronauts Strangers Tigers
        Cardigans_Club Weathermen Mannequins Swimmers Teeth Parasols Understudies Magpies Satellites
        Widows Tailors Lovers Firemen Robots Twins Halfwits Telegrams Matadors Orphans""",
    verb="""Running Waiting Falling Leaving Dancing Burning Sleeping Driving Breaking Drowning Shouting
        Dreaming""",
    person="You Me Us Nobody Everyone Her Him Them Your_Mother Caroline Emily Johnny Amelia",
)
_DARK = _vocabulary(
    "mor dra goth vel kar nox thul azi ber gor rath ul neth sor vyr hel krag iss ond zar fen ast",
    first=_FIRST,
    last=_LAST,
    place=_PLACE,
    family=_FAMILY,
    suffix="fall crypt bane storm throne gate shade wrath",
    adjective="""Black Ashen Eternal Frozen Silent Burning Fallen Iron Pale Bitter Cold Endless Sunken
        Blind Withered Sacred Hollow Severed Grey Crimson Buried Nameless Rusting Distant Final Leaden""",
    noun="""Winter Serpent Cathedral Ash Oblivion Tide Crown Monolith Raven Ember Abyss Plague Throne
        Thorn Mirror Wound Eclipse Hammer Orbit Ruin Hunger Signal Silence Machine Descent Storm Grave
        Horizon Lament Empire""",
    nouns="""Ravens Ashes Wolves Serpents Thorns Shadows Ruins Hours Graves Tides Mirrors Wounds Machines
        Bones Stars Kings Ghosts Towers Embers Liars Prophets Chains""",
    verb="Bleeding Falling Drowning Burning Waking Crawling Fading Rising Breaking Dying Descending",
    person="You Me Us None the_Blind the_Dead the_Many the_Sun the_Machine Them",
)
_ELECTRONIC = _vocabulary(
    "lo fi ko ni ra xo zen tek mu sy lu mo vi ax el on pha qu no ta ri del ou mi",
    first=_FIRST,
    last=_LAST,
    place=_PLACE,
    family=_FAMILY,
    suffix=_SUFFIX,
    adjective="""Liquid Neon Soft Lunar Analog Warm Deep Minor Slow Digital Blue Amber Parallel Open Late
        Hidden Solar Infinite Weightless Granular Second Magnetic Glass Empty""",
    noun="""Circuit Signal Dub Loop Pulse Horizon Echo Motion Vapor Sequence Delta Prism Tundra Lagoon
        Reactor Cascade Mirage Transit Orbit Frequency Garden Shoreline Cassette Filter Voltage Sunrise
        Pattern Dust""",
    nouns="""Circuits Signals Echoes Clouds Cities Waves Patterns Lights Particles Dreams Rooms Windows
        Hours Machines""",
    verb="Drifting Floating Breathing Glowing Fading Moving Turning Looping Melting Landing Rising",
    person="You Me Us Nobody the_City the_Sea Tomorrow Her the_Machine",
)
_FOLK = _vocabulary(
    _LATIN,
    first=_FIRST,
    last=_LAST,
    place=_PLACE,
    family="Family Sisters Brothers Band Singers",
    suffix=_SUFFIX,
    adjective="""Winter Morning Gentle Crooked Pale Wild Little Quiet Salt Autumn Lonesome Feather Long
        Green Old Barefoot""",
    noun="""Meadow River Harvest Sparrow Letter Candle Orchard Mountain Kitchen Garden Lullaby Harbour
        Thread Winter Moth Cradle Lighthouse Willow Hymn Blanket Chapel Fire Bicycle Attic""",
    nouns="""Sparrows Letters Rivers Candles Wolves Daughters Hours Sailors Willows Swallows Stones Hymns
        Mountains Neighbours Bees Ribbons Apples Feathers""",
    verb="Waiting Walking Sleeping Leaving Singing Mending Sewing Coming_Home Falling Dreaming",
    person="You Me Us Mary Eleanor My_Brother My_Father Rose Nobody the_Sea Annie John",
)
_POP = _vocabulary(
    "li sa na ki ze lo jo mi ra ti vi la bel ay ro ni ce",
    first=_FIRST,
    last=_LAST,
    place=_PLACE,
    family=_FAMILY,
    suffix=_SUFFIX,
    adjective="""Sugar Pink Diamond Sweet Electric Midnight Crazy Golden Cherry Perfect Secret Wild Lucky
        Starry Platinum""",
    noun="""Heart Love Kiss Summer Night Mirror Dance Party Girl Radio Lipstick Angel Fire Daydream Rhythm
        Heaven Weekend Candy Paradise Moonlight""",
    nouns="Hearts Kisses Angels Lights Girls Secrets Nights Stars Tears Diamonds Dreams Boys",
    verb="Dancing Falling Crying Missing Kissing Waiting Dreaming Flying Calling Burning",
    person="You Me Us My_Love the_DJ Your_Heart Baby Tonight Him",
)
_STREET = _vocabulary(
    "ra ki zo bo ma do ja sha blu kay ro dee nu ty fa mo ski za rell",
    first=_FIRST,
    last=_LAST,
    place=_PLACE,
    family="Family Clan Crew Posse Syndicate Collective",
    suffix=_SUFFIX,
    adjective="""Golden Concrete Royal Smooth Heavy Dusty Hungry Uptown Original Brother Sister Young Rude
        Sunny Holy Easy""",
    noun="""Soul Street Rhythm Crown Hustle Corner Groove Brass Avenue Cipher Mic Sunday Riddim Block
        Boogie Shine Money Revolution Vinyl Kingston Barrio""",
    nouns="""Kings Brothers Rudeboys Dons Poets Scholars Saints Drummers Riders Prophets Sinners Streets
        Players Soldiers""",
    verb="Rising Shining Hustling Grinding Moving Riding Testifying Rolling Dancing Praying",
    person="You Me Us Mama My_People the_Block My_Brothers the_City Jah Her",
)
_JAZZ = _vocabulary(
    _LATIN,
    first=_FIRST,
    last=_LAST,
    place=_PLACE,
    family=_FAMILY,
    suffix=_SUFFIX,
    ensemble="Trio Quartet Quintet Big_Band Orchestra Sextet Ensemble",
    adjective="""Blue Late Slow Indigo Autumn Sweet Mellow Crooked Midnight Smoky Lazy Rainy Little Round
        Tender""",
    noun="""Waltz Minor Moon Ballad Samba Corner Avenue Serenade Rain Mood Shuffle Bossa Blues Cigarette
        Stride Nocturne Sunday Riff Stranger""",
    nouns="Changes Steps Blues Shadows Leaves Nights Strangers Standards Moods Colours",
    verb="Strolling Swinging Waiting Drifting Remembering Falling Walking",
    person="You Me Us Miss_Jones Lulu Bill My_Baby Monsieur_Paul Nobody Elise",
)
_CLASSICAL = _vocabulary(
    _LATIN,
    first=_FIRST,
    last=_LAST,
    place=_PLACE,
    family=_FAMILY,
    suffix=_SUFFIX,
    ensemble="Philharmonic String_Quartet Chamber_Orchestra Ensemble Choir Sinfonietta Piano_Duo Consort",
    adjective="Solemn Winter First Last Silent Pastoral Distant Lost Second Autumn Little Broken Slow Bright",
    noun="""Nocturne Prelude Elegy Waltz Farewell Pavane Étude Lament Serenade Chorale Overture Garden
        River Reverie Arrival Procession Theme Romance""",
    nouns="Variations Dances Studies Bells Fragments Voices Mirrors Waters Letters Seasons",
    verb="Remembering Departing Falling Ascending Waiting Returning",
    person="Clara Elise the_Sea a_Child the_Fallen Two_Pianos Strings an_Empty_Room",
)
_JAPANESE = _vocabulary(
    "Ka Mi Sora Ne Ki Ru Ha Na To Yo Shi Ko Ra Me",
    first="美咲 翔太 さくら 結衣 大輝 葵 陽子 健一 真央 遥 蓮 直樹 千尋 涼子 拓海 七海 優 奏 恵 隼人",
    last="""青木 森下 夏目 白石 黒川 水野 星野 月島 朝比奈 藤原 桜井 高瀬 氷室 西園寺 雨宮 橘 三日月 北川
        沢渡 小鳥遊""",
    adjective="青い 白い 遠い 静かな 透明な 眠れる 赤い 最後の 小さな 真夜中の 夏の 冬の",
    noun="""水族館 電車 花火 金魚 猫 図書館 月 夜 海 空 風船 教室 灯台 約束 雨 砂漠 鏡 手紙 星 飛行機 桜
        影 時計 歌""",
    ensemble="楽団 隊 合唱団 クラブ 協会",
    verb="さよなら おやすみ ありがとう もう一度 あの日の 君と",
    nouns="記憶 旅 夢 物語 日々 季節",
    person="君 僕 誰か 世界 明日",
)
_RUSSIAN = _vocabulary(
    "ка ро мир та ле во зи на со ве ра ми лу",
    first="Анна Иван Мария Пётр Вера Олег Нина Егор Лида Фёдор Зоя Глеб Инна Роман Тася Юрий",
    last="""Северный Ветров Лебедь Мороз Соколовская Зимина Рубин Гром Вольная Каменев Дождёв Снегирь
        Полынь Черных Заречная Тихий Осенин Лугов""",
    place="Северный Ночной Последний Старый Чёрный Белый Тихий Красный Городской Дальний",
    adjective="Белый Тихий Последний Чужой Старый Ночной",
    noun="""Дождь Вокзал Трамвай Маяк Ветер Город Снег Берег Мост Поезд Январь Двор Остров Фонарь Ковчег
        Ворон Горизонт Асфальт Пепел Рассвет""",
    genitive="дождя снега ветра января города моря огня детства ночи рассвета льда памяти",
    nouns="Дожди Мосты Города Птицы Письма Сны",
    verb="Не_уходи Вернись Прощай Подожди Спи Лети",
    person="Ты Мы Никто Она Он Все",
)
VOCABULARY: dict[str, Vocabulary] = {
    "rock": _ROCK,
    "dark": _DARK,
    "electronic": _ELECTRONIC,
    "folk": _FOLK,
    "pop": _POP,
    "street": _STREET,
    "jazz": _JAZZ,
    "classical": _CLASSICAL,
    "japanese": _JAPANESE,
    "russian": _RUSSIAN,
}
"""Style to its words."""

ARTIST_PATTERNS: dict[str, tuple[str, ...]] = {
    "rock": _split("""
        The {adjective} {nouns} | The {nouns} | {adjective} {noun} | {noun} {noun} | {first} {last} |
        {noun} & the {nouns} | {place} {nouns} | {nouns} of {place} | {stem}"""),
    "dark": _split("""
        {adjective} {noun} | {noun} of {nouns} | {stem} | {noun}{suffix} | {stem} {noun} | The {noun} {noun} |
        {nouns} in {noun} | {adjective} {stem}"""),
    "electronic": _split("""
        {stem} | DJ {stem} | {stem} {noun} | {noun} {number} | {last} & {last} | {noun}{suffix} |
        {adjective} {noun} | {first} {last} | {stem} Soundsystem"""),
    "folk": _split("""
        {first} {last} | {first} {last} | {first} {middle}. {last} | {first} & the {nouns} | The {last} {family}
        | {adjective} {noun} | {first} {last} & {first} {last}"""),
    "pop": _split("""
        {first} | {first} {last} | {first} {last} | {adjective} {nouns} | {stem} | {noun} {number} |
        {first} {noun}"""),
    "street": _split("""
        {first} {last} | MC {stem} | {stem} {noun} | {adjective} {first} | The {nouns} | {place} {nouns} |
        {noun} {family} | Lil {stem} | {stem}"""),
    "jazz": _split("""
        {first} {last} | {first} {last} {ensemble} | {last}, {last} & {last} | {place} {ensemble} |
        {first} “{noun}” {last} | {first} {middle}. {last}"""),
    "classical": _split("""
        {first} {last} | {first} {last} | {place} {ensemble} | {first} {middle}. {last} | {last} {ensemble} |
        {noun} {ensemble}"""),
    "japanese": _split("""
        {last}{first} | {last}{first} | {noun}の{noun} | {adjective}{noun} | {adjective}{noun}{ensemble} |
        {noun}と{noun} | {stem} | THE {stem}S"""),
    "russian": _split("""
        {first} {last} | {noun} | {noun} и {noun} | {place} {noun} | {noun} {number} | {noun} {genitive} |
        {first} {last} | Группа «{noun} {genitive}»"""),
}
"""How the artists of each style are called, each pattern as likely as the next."""

_ENGLISH_TITLES = _split("""
        {adjective} {noun} | The {noun} | {noun} | {verb} | {noun} of {nouns} | {verb} for {person} | {nouns} |
        {verb} in {place} | The {adjective} {noun} | {nouns} and {nouns} | {noun} in the {noun} |
        {person} and the {noun} | {verb} with {person} | No {nouns} | {noun}, {noun} |
        All the {adjective} {nouns} | {adjective} {nouns} | Letter to {first} | {number} {nouns} |
        A {noun} for {first} | {verb} Again | Before the {noun}""")

TITLE_PATTERNS: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(VOCABULARY, _ENGLISH_TITLES),
    "japanese": _split("""
        {adjective}{noun} | {noun} | {noun}の{nouns} | {verb}{noun} | {person}の{noun} | {noun}と{noun} |
        {person}と{adjective}{noun} | {noun} {number} | {stem}"""),
    "russian": _split("""
        {noun} | {place} {noun} | {noun} {genitive} | {verb} | {person} и {noun} | {nouns} | {nouns} {genitive}
        | {verb}, {noun} | {noun} {number}"""),
}
"""Style to the patterns of its titles."""
