"""Names and places that invented customers are made of; whoever is called so is not meant."""

from __future__ import annotations


def _words(text: str) -> list[str]:
    """A list that is easy to read and to add to."""
    return text.split()


NORWEGIAN_FIRST = _words(
    "Anders Astrid Berit Bjørn Camilla Dag Eirik Elin Espen Frida Geir Greta Hanne Henrik Ida "
    "Inger Jonas Jorunn Kjell Kristin Lars Lene Magnus Marit Mona Nils Nora Odd Ole Petter "
    "Ragnhild Randi Rolf Sigrid Silje Stein Svein Terje Tone Trond Turid Ulla Vidar Yngve Åse "
    "Øyvind"
)
NORWEGIAN_LAST = _words(
    "Aasland Bakkestad Brekkhus Dalsrud Eikemo Fjellvang Furuseth Granlund Haugstad Heggelund "
    "Kirkerud Kvamme Lillevik Moseng Myrdal Nesbakk Oppegaard Ravndal Rognlien Skogvik Solstrand "
    "Steinsholt Sundvoll Tangerud Tverrli Vikanes Voldhaug Ørbekk Åmodt"
)
NORWEGIAN_STREETS = _words(
    "Bjørkeveien Elvegata Fjellveien Granstien Havnegata Kirkegata Lyngveien Nordregate Parkveien "
    "Skolegata Solbakken Storgata Strandgata Tverrveien Utsikten"
)
NORWEGIAN_CITIES = (
    ("0155", "Oslo"), ("5003", "Bergen"), ("7010", "Trondheim"), ("4006", "Stavanger"),
    ("9008", "Tromsø"), ("4611", "Kristiansand"), ("6002", "Ålesund"), ("8006", "Bodø"),
    ("2609", "Lillehammer"), ("3110", "Tønsberg"),
)  # fmt: skip
NORWEGIAN_TRADES = _words(
    "Bakeri Blomster Bokhandel Elektro Frisør Hotell Kafé Maling Regnskap Rørlegger Snekkeri Sykkel"
)
GERMAN_FIRST = _words(
    "Anke Bernd Carla Detlef Elke Frauke Gerd Heike Ingo Jana Karsten Lena Malte Nele Olaf Petra "
    "Ralf Silke Thees Ulrike Volker Wiebke"
)
GERMAN_LAST = _words(
    "Achterberg Bruchhagen Deichmoor Eschenburg Friesenhof Grasbrook Hohenfelde Ihlenfeld "
    "Kaiserkai Lindenkamp Marschner Nordholz Osterbrook Petershagen Reiherstieg Sandtorf "
    "Tidenhub Uhlenhorst Vierland Wattenbek"
)
GERMAN_STREETS = _words(
    "Ahornweg Bahnhofstraße Deichstraße Elbchaussee Gartenweg Hafenstraße Kirchenallee Lindenplatz "
    "Mühlenkamp Neuer_Wall Schulterblatt Werftstraße"
)
# Area codes with numbers that are kept free for stories (Bundesnetzagentur): nobody is called.
GERMAN_CITIES = (
    ("20457", "Hamburg", "4940669690"), ("10117", "Berlin", "493023125"),
    ("60311", "Frankfurt am Main", "496990009"), ("80331", "München", "498999998"),
    ("50667", "Köln", "492214710"),
)  # fmt: skip
GERMAN_TRADES = _words(
    "Anlagenbau Druck Fördertechnik Gartenbau Großhandel Ingenieure Kontor Labortechnik Logistik "
    "Möbelwerk Optik Planungsbüro Schiffszubehör Steuerberatung Tischlerei Werkzeugbau"
)
GERMAN_FORMS = ("GmbH", "KG", "GmbH & Co. KG", "AG", "OHG")
