"""The catalogue of scenes: which well-known artists belong together, the most played first.

The artists' names are real and so, roughly, is their order in about 2007; every number that the generator derives
from them is made up. An artist may stand in several scenes: that is what ties scenes together.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Scene:
    """One scene: a group of artists that the same people tend to like."""

    name: str
    """What the scene is called in this file; it never reaches the data."""
    size: float
    """How many people start out in it, in arbitrary units."""
    style: str
    """Which vocabulary of `names.py` its invented artists and titles are drawn from."""
    near: tuple[str, ...]
    """The scenes that its people move on to."""
    artists: tuple[str, ...]
    """Well-known artists, the most played first."""


def _scene(text: str) -> Scene:
    """Reads a scene from text.

    Args:
        text: A line `name size style: near near …`, then the artists, separated by ` · ` and wrapped anywhere.

    Returns:
        The scene.
    """
    header, _, artists = text.strip().partition("\n")
    facts, _, near = header.partition(":")
    name, size, style = facts.split()
    names = tuple(" ".join(artists.split()).split(" · "))
    return Scene(name, float(size), style, tuple(near.split()), names)


SCENES: tuple[Scene, ...] = (
    _scene("""
        alternative 9 rock: grunge indie shoegaze
        Pixies · Radiohead · The Smashing Pumpkins · Sonic Youth · R.E.M. · Beck · Weezer · Pavement ·
        PJ Harvey · The Flaming Lips · Nirvana · Dinosaur Jr. · The Breeders · Yo La Tengo · Violent Femmes ·
        Built to Spill · Guided by Voices · Jane's Addiction · Cake · Sleater-Kinney · Hüsker Dü ·
        The Replacements · They Might Be Giants · Sebadoh · Throwing Muses · Hole"""),
    _scene("""
        grunge 5 rock: alternative numetal punk
        Nirvana · Foo Fighters · Pearl Jam · Red Hot Chili Peppers · Queens of the Stone Age · Alice in Chains ·
        Soundgarden · Audioslave · Stone Temple Pilots · Silverchair · Bush · Temple of the Dog · Mudhoney ·
        Live · Melvins · Screaming Trees · Mad Season · Hole · L7 · Mother Love Bone · Chris Cornell ·
        Candlebox · Kyuss · Days of the New"""),
    _scene("""
        britpop 8 rock: indie alternative newwave
        Radiohead · Coldplay · Muse · Oasis · Blur · Placebo · Keane · The Verve · Travis · Pulp ·
        Manic Street Preachers · Suede · The Stone Roses · Snow Patrol · Elbow · Supergrass · Stereophonics ·
        Doves · Athlete · Starsailor · Ash · James · Elastica · The Charlatans · Ocean Colour Scene ·
        Kula Shaker"""),
    _scene("""
        indie 11 rock: britpop songwriter alternative
        Arctic Monkeys · The Killers · The Strokes · Franz Ferdinand · Arcade Fire · Bloc Party · Interpol ·
        Death Cab for Cutie · Modest Mouse · The Shins · The White Stripes · Kaiser Chiefs · Yeah Yeah Yeahs ·
        Belle and Sebastian · Broken Social Scene · Editors · TV on the Radio · Spoon · The Decemberists ·
        The National · of Montreal · Wolf Parade · Clap Your Hands Say Yeah · Stars · Architecture in Helsinki ·
        The Libertines · The Postal Service · Metric"""),
    _scene("""
        classicrock 9 rock: prog metal soul
        The Beatles · Pink Floyd · Led Zeppelin · The Rolling Stones · Queen · David Bowie · Bob Dylan ·
        The Doors · Jimi Hendrix · U2 · The Who · Deep Purple · Neil Young · Dire Straits · Eric Clapton ·
        Fleetwood Mac · The Velvet Underground · Simon & Garfunkel · The Beach Boys ·
        Creedence Clearwater Revival · The Kinks · Santana · Cream · Eagles · Lou Reed · Bruce Springsteen"""),
    _scene("""
        prog 4 dark: classicrock metal postrock
        Pink Floyd · Tool · Dream Theater · King Crimson · Porcupine Tree · Opeth · Genesis · Yes · Rush ·
        Jethro Tull · The Mars Volta · Frank Zappa · Camel · Marillion · Emerson, Lake & Palmer ·
        Van der Graaf Generator · Gentle Giant · Can · Riverside · Soft Machine · Spock's Beard · Caravan ·
        The Flower Kings · Magma"""),
    _scene("""
        metal 7 dark: numetal prog industrial
        Metallica · Iron Maiden · AC/DC · Black Sabbath · Nightwish · Megadeth · In Flames · Slayer · Pantera ·
        Children of Bodom · Judas Priest · Motörhead · Opeth · Ozzy Osbourne · Amon Amarth · Blind Guardian ·
        Mastodon · Sepultura · Lamb of God · Dark Tranquillity · Dimmu Borgir · Death · Anthrax · Helloween ·
        Emperor · Sonata Arctica"""),
    _scene("""
        numetal 6 dark: metal grunge punk
        Linkin Park · System of a Down · Rammstein · Evanescence · Korn · Slipknot · Rage Against the Machine ·
        Tool · Nine Inch Nails · Deftones · Marilyn Manson · Disturbed · Limp Bizkit · Incubus ·
        A Perfect Circle · Papa Roach · Godsmack · Lacuna Coil · Three Days Grace · Staind · Mudvayne · P.O.D. ·
        Soulfly · Static-X · Chevelle"""),
    _scene("""
        punk 6 rock: grunge indie ska
        Green Day · My Chemical Romance · blink-182 · The Offspring · Fall Out Boy · Rise Against ·
        Billy Talent · Jimmy Eat World · Bad Religion · The Clash · Ramones · Sum 41 · AFI · NOFX ·
        Panic! at the Disco · Taking Back Sunday · Brand New · Rancid · Alkaline Trio · The Used · Misfits ·
        Dead Kennedys · Sex Pistols · Thursday · Anti-Flag · Against Me!"""),
    _scene("""
        newwave 6 dark: industrial alternative britpop
        Depeche Mode · The Cure · Joy Division · The Smiths · New Order · Nick Cave and the Bad Seeds ·
        Talking Heads · Morrissey · Bauhaus · Duran Duran · Siouxsie and the Banshees · Blondie ·
        Echo & the Bunnymen · The Sisters of Mercy · Dead Can Dance · Eurythmics · Tears for Fears ·
        Gang of Four · The Cult · Devo · Wire · Killing Joke · Gary Numan · Ultravox · Clan of Xymox"""),
    _scene("""
        industrial 3 dark: newwave numetal dance
        Nine Inch Nails · Rammstein · VNV Nation · Marilyn Manson · KMFDM · Covenant · Ministry · Combichrist ·
        Skinny Puppy · Apoptygma Berzerk · :wumpscut: · Front 242 · And One · Front Line Assembly · Laibach ·
        Einstürzende Neubauten · Hocico · Assemblage 23 · Suicide Commando · Icon of Coil · Project Pitchfork ·
        Velvet Acid Christ · Throbbing Gristle · Coil"""),
    _scene("""
        triphop 7 electronic: chillout idm artpop dance
        Massive Attack · Portishead · Air · Gorillaz · Zero 7 · Morcheeba · Röyksopp · Goldfrapp · Tricky ·
        Thievery Corporation · DJ Shadow · Lamb · UNKLE · Hooverphonic · Sneaker Pimps · Nightmares on Wax ·
        Bonobo · The Cinematic Orchestra · Moloko · Archive · Kruder & Dorfmeister · Everything but the Girl ·
        Télépopmusik · Esthero · Smoke City · Alpha"""),
    _scene("""
        dance 8 electronic: idm triphop pop chillout
        Daft Punk · Moby · The Chemical Brothers · The Prodigy · Justice · Fatboy Slim · LCD Soundsystem ·
        Röyksopp · Underworld · Basement Jaxx · Faithless · Hot Chip · Ladytron · Groove Armada · Orbital ·
        The Crystal Method · Digitalism · Simian Mobile Disco · Vitalic · Leftfield · Mylo · The Knife ·
        Booka Shade · Boys Noize · Paul van Dyk · Armin van Buuren"""),
    _scene("""
        idm 5 electronic: triphop dance postrock
        Boards of Canada · Aphex Twin · Brian Eno · Four Tet · Amon Tobin · Squarepusher · Autechre · múm ·
        Burial · Ulrich Schnauss · The Orb · Venetian Snares · Telefon Tel Aviv · Apparat · Biosphere · Plaid ·
        Prefuse 73 · µ-Ziq · The Future Sound of London · Fennesz · Tim Hecker · Murcof · ISAN ·
        Global Communication · Stars of the Lid · Arovane"""),
    _scene("""
        chillout 5 electronic: triphop dance score
        Enigma · Moby · Enya · Delerium · Jean Michel Jarre · Vangelis · Mike Oldfield · Deep Forest ·
        Loreena McKennitt · Schiller · ERA · Gregorian · Chicane · Sarah Brightman · Kitarō · Conjure One ·
        Secret Garden · Balligomingo · Adiemus · Blank & Jones · Yanni · Karunesh · Deuter · Lesiëm"""),
    _scene("""
        postrock 5 dark: shoegaze idm prog
        Sigur Rós · Mogwai · Explosions in the Sky · Godspeed You! Black Emperor · Tortoise · múm · Isis ·
        God Is an Astronaut · 65daysofstatic · Do Make Say Think · Pelican · Low · Slint ·
        This Will Destroy You · Thee Silver Mt. Zion Memorial Orchestra · Red Sparowes · Efterklang · Caspian ·
        Battles · Neurosis · The Album Leaf · Jesu · Yndi Halda · Rachel's"""),
    _scene("""
        shoegaze 3 rock: postrock alternative newwave
        My Bloody Valentine · Cocteau Twins · Slowdive · The Jesus and Mary Chain · Mazzy Star · Ride ·
        Spiritualized · Blonde Redhead · Stereolab · The Brian Jonestown Massacre · Lush · Galaxie 500 ·
        Spacemen 3 · Swervedriver · M83 · Asobi Seksu · The Radio Dept. · Chapterhouse · Pale Saints ·
        Catherine Wheel · Serena-Maneesh · Black Rebel Motorcycle Club"""),
    _scene("""
        songwriter 7 folk: indie artpop jazz
        Sufjan Stevens · Elliott Smith · Bob Dylan · Bright Eyes · Damien Rice · Iron & Wine · Jeff Buckley ·
        Nick Drake · Leonard Cohen · Johnny Cash · Cat Power · Feist · José González · Tom Waits ·
        Neutral Milk Hotel · Andrew Bird · Ryan Adams · Beirut · Wilco · Devendra Banhart · Joanna Newsom ·
        Kings of Convenience · Joni Mitchell · M. Ward · Bonnie “Prince” Billy · Fleet Foxes · Jack Johnson"""),
    _scene("""
        artpop 5 folk: songwriter triphop pop
        Björk · Tori Amos · Regina Spektor · Garbage · The Cranberries · Dido · Alanis Morissette ·
        Imogen Heap · Fiona Apple · PJ Harvey · Kate Bush · The Cardigans · Feist · KT Tunstall · Goldfrapp ·
        Frou Frou · The Dresden Dolls · Sarah McLachlan · Ani DiFranco · Aimee Mann · Emilíana Torrini ·
        Róisín Murphy · Sinéad O’Connor · Suzanne Vega · Patti Smith"""),
    _scene("""
        pop 8 pop: soul hiphop artpop dance
        Madonna · Britney Spears · Rihanna · Lily Allen · Nelly Furtado · Justin Timberlake · Amy Winehouse ·
        Avril Lavigne · Michael Jackson · Christina Aguilera · Robbie Williams · Gwen Stefani · Kylie Minogue ·
        Beyoncé · Kelly Clarkson · P!nk · Maroon 5 · MIKA · Shakira · ABBA · Scissor Sisters · James Blunt ·
        Sugababes · Girls Aloud · Katie Melua · Fergie · Timbaland"""),
    _scene("""
        hiphop 6 street: soul pop triphop
        Kanye West · Eminem · Gorillaz · OutKast · Beastie Boys · 2Pac · Jay-Z · Nas · The Roots ·
        A Tribe Called Quest · Snoop Dogg · 50 Cent · Wu-Tang Clan · Common · Lupe Fiasco ·
        The Notorious B.I.G. · Mos Def · Cypress Hill · Dr. Dre · Atmosphere · Madvillain · Talib Kweli ·
        Aesop Rock · J Dilla · De La Soul · Public Enemy"""),
    _scene("""
        soul 4 street: hiphop jazz pop
        Amy Winehouse · Stevie Wonder · Jamiroquai · Michael Jackson · Alicia Keys · Marvin Gaye · Prince ·
        James Brown · Erykah Badu · Aretha Franklin · Otis Redding · Lauryn Hill · Sade · Al Green · D’Angelo ·
        Jill Scott · Corinne Bailey Rae · Ray Charles · Curtis Mayfield · Bill Withers · Earth, Wind & Fire ·
        Joss Stone · Mary J. Blige · Funkadelic · The Temptations"""),
    _scene("""
        jazz 4 jazz: soul score songwriter
        Miles Davis · Norah Jones · Nina Simone · John Coltrane · Frank Sinatra · Herbie Hancock ·
        Billie Holiday · Ella Fitzgerald · Louis Armstrong · Chet Baker · Thelonious Monk · Charles Mingus ·
        Bill Evans · Dave Brubeck · Diana Krall · Duke Ellington · Esbjörn Svensson Trio · Keith Jarrett ·
        Pat Metheny · Stan Getz · Charlie Parker · Weather Report · Sonny Rollins · Art Blakey"""),
    _scene("""
        ska 4 street: punk hiphop soul
        Bob Marley & The Wailers · Manu Chao · Gogol Bordello · Sublime · Gotan Project ·
        Buena Vista Social Club · Matisyahu · Damian Marley · The Specials · Madness · Ska-P · Reel Big Fish ·
        Jimmy Cliff · Toots & The Maytals · Peter Tosh · Streetlight Manifesto · Lee “Scratch” Perry · UB40 ·
        Goran Bregović · Cesária Évora · Asian Dub Foundation · Burning Spear · Less Than Jake · Sean Paul"""),
    _scene("""
        score 4 classical: chillout jazz postrock
        Yann Tiersen · Hans Zimmer · Johann Sebastian Bach · Ludwig van Beethoven · Wolfgang Amadeus Mozart ·
        Frédéric Chopin · Ennio Morricone · Clint Mansell · Philip Glass · Howard Shore · Danny Elfman ·
        Erik Satie · John Williams · Claude Debussy · Antonio Vivaldi · Michael Nyman · Ludovico Einaudi ·
        Arvo Pärt · Sergei Rachmaninoff · Antonín Dvořák · Franz Schubert · Steve Reich · Igor Stravinsky ·
        Gustav Mahler"""),
    _scene("""
        japan 3 japanese: score metal pop
        宇多田ヒカル · 椎名林檎 · L’Arc〜en〜Ciel · 浜崎あゆみ · DIR EN GREY · ASIAN KUNG-FU GENERATION ·
        東京事変 · 菅野よう子 · BUMP OF CHICKEN · X JAPAN · YUI · 中島美嘉 · Gackt · スピッツ · the pillows ·
        倖田來未 · Perfume · 久石譲 · 梶浦由記 · GLAY · MALICE MIZER · B’z · Cornelius · 安室奈美恵 ·
        Mr.Children"""),
    _scene("""
        russia 3 russian: newwave metal classicrock
        Кино · Сплин · Земфира · ДДТ · Би-2 · Мумий Тролль · Аквариум · Агата Кристи · Король и Шут ·
        Ленинград · Наутилус Помпилиус · Алиса · Ария · Пикник · Ночные Снайперы · Дельфин ·
        Гражданская оборона · 5’nizza · Чайф · Машина времени · АукцЫон · Танцы Минус · Звуки Му ·
        Смысловые галлюцинации"""),
)
"""Every scene, in a fixed order that the generator's random numbers depend on."""
