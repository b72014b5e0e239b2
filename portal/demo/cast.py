"""The customers whom the story knows by name: Kari, Bo, Acme AS, Nordlys Kafé, Elbkontor."""

from __future__ import annotations

from datetime import date

from portal.demo.customers import FJORDTEL, NORTHWIND, Customer, Entry, Line, subscription
from portal.demo.size import SINCE

# The lowest numbers of their brand: whoever renders some bills of a run renders these first.
ACME, NORDLYS, KARI, BO, ELBKONTOR = "100110", "100120", "100123", "100124", "500100"
KARI_EMAIL = "kari@example.com"
BO_EMAIL = "bo@example.com"
ACME_EMAIL = "astrid@acme.example"
ELBKONTOR_EMAIL = "lena@elbkontor.example"
TAKEN = ("4790000123", "4790000124", "4790000125", "491713920001")


def fjordtel_cast() -> list[Customer]:
    """Kari Nordmann, Bo Berg, Acme AS with two children, Nordlys Kafé."""
    return [_kari(), _bo(), *_acme(), _nordlys()]


def northwind_cast() -> list[Customer]:
    """Elbkontor GmbH with a child and two locations."""
    return _elbkontor()


def _kari() -> Customer:
    """Her bill of 1 November is 905.07: 256.07 more than October's 649.00."""
    home = {"code": "home", "name": "Hjemme", **_oslo("Storgata 1", "0155")}
    mobile = subscription(
        "MOB-1",
        "",
        SINCE,
        label="Karis mobil",
        plans=[
            {"plan": "MOBIL10", "from": SINCE},
            {"plan": "MOBIL20", "from": date(2026, 10, 14)},
        ],
        add_ons=[
            {"code": "ORDER-77", "plan": "DAYPASS-TR", "from": date(2026, 10, 3)},
            {"code": "ORDER-81", "plan": "EXTRA-1GB", "from": date(2026, 10, 22)},
        ],
        number="4790000123",
    )
    fibre = subscription("FIB-1", "FIBER250", SINCE, location="home")
    entry = _fjordtel(KARI, "Kari Nordmann", "nb", _oslo("Storgata 1", "0155"), KARI_EMAIL)
    entry["people"] = [_person("Kari Nordmann", KARI_EMAIL, "nb", phone="+4790000123")]
    entry["locations"] = [home]
    entry["subscriptions"] = [mobile, fibre]
    return Customer(entry, [_mobile("4790000123", busy=1.4, only_home=True)])


def _bo() -> Customer:
    """He likes to call abroad, and doesn't pay October's bill."""
    entry = _fjordtel(BO, "Bo Berg", "nb", _oslo("Elvegata 7", "0186"), BO_EMAIL)
    entry["people"] = [_person("Bo Berg", BO_EMAIL, "nb", phone="+4790000124")]
    entry["subscriptions"] = [
        subscription("MOB-1", "MOBIL-FRI", SINCE, label="Bos mobil", number="4790000124"),
        subscription("TV-1", "TV-PLUS", date(2026, 9, 12)),
    ]
    return Customer(entry, [_mobile("4790000124", busy=1.6)])


def _acme() -> list[Customer]:
    """Two companies of the group are billed with it, each as a section of its invoice."""
    head = _fjordtel(ACME, "Acme AS", "en", _oslo("Havnegata 12", "0150"), ACME_EMAIL)
    head |= {
        "kind": "business",
        "organisation_number": "912345678",
        "people": [
            _person("Astrid Aasland", ACME_EMAIL, "en"),
            _person("Odd Rognlien", "odd@acme.example", "nb", role="billing"),
        ],
        "locations": [
            {"code": "HQ", "name": "Head office", **_oslo("Havnegata 12", "0150")},
            {"code": "LAB", "name": "Laboratory", "street": "Parkveien 3", "postcode": "5003",
             "city": "Bergen", "country": "NO"},
        ],
        "subscriptions": [
            subscription("FIB-HQ", "FIBER1000", SINCE, location="HQ"),
            subscription("TEL-HQ", "TELEFON", SINCE, location="HQ", number="4721000001"),
            subscription("FIB-LAB", "FIBER500", date(2026, 9, 7), location="LAB"),
            subscription("MOB-1", "MOBIL20", SINCE, label="Astrid", number="4790000125"),
        ],
    }  # fmt: skip
    store = _child("100111", "Acme Lager AS", _oslo("Strandgata 40", "0157"))
    store["subscriptions"] = [
        subscription("FIB-1", "FIBER250", SINCE),
        subscription("TEL-1", "TELEFON", SINCE, number="4721000002"),
    ]
    shop = _child("100112", "Acme Butikk AS", _oslo("Kirkegata 5", "0153"))
    shop["subscriptions"] = [
        subscription("FIB-1", "FIBER500", SINCE),
        subscription("TV-1", "TV-BASIS", SINCE, ends_on=date(2026, 10, 20)),
        subscription("TEL-1", "TELEFON", SINCE, number="4721000003"),
    ]
    return [
        Customer(head, [_fixed("4721000001", busy=3.0), _mobile("4790000125", busy=1.2)]),
        Customer(store, [_fixed("4721000002", busy=1.5)]),
        Customer(shop, [_fixed("4721000003", busy=2.0)]),
    ]


def _nordlys() -> Customer:
    tromso = {"street": "Nordregate 9", "postcode": "9008", "city": "Tromsø", "country": "NO"}
    entry = _fjordtel(NORDLYS, "Nordlys Kafé", "nb", tromso, "post@nordlys.example")
    entry |= {
        "kind": "business",
        "people": [_person("Ragnhild Nesbakk", "post@nordlys.example", "nb")],
        "subscriptions": [
            subscription("FIB-1", "FIBER250", SINCE),
            subscription("TEL-1", "TELEFON", SINCE, number="4721000004"),
            subscription("TV-1", "TV-BASIS", SINCE, add_ons=[
                {"code": "CUP", "plan": "TV-SPORT", "from": date(2026, 9, 10),
                 "until": date(2026, 10, 11)},
            ]),
        ],
    }  # fmt: skip
    return Customer(entry, [_fixed("4721000004", busy=1.5)])


def _elbkontor() -> list[Customer]:
    hamburg = {"street": "Deichstraße 8", "postcode": "20459", "city": "Hamburg", "country": "DE"}
    berlin = {"street": "Lindenplatz 2", "postcode": "10117", "city": "Berlin", "country": "DE"}
    seats = [f"49406696990{number}" for number in range(1, 6)]
    head: Entry = {
        "brand": NORTHWIND,
        "number": ELBKONTOR,
        "name": "Elbkontor Beispiel GmbH",
        "kind": "business",
        "language": "de",
        "vat_number": "DE999999999",
        "address": hamburg,
        "invoice_email": "rechnung@elbkontor.example",
        "people": [_person("Lena Lindenkamp", ELBKONTOR_EMAIL, "de")],
        "locations": [
            {"code": "HH", "name": "Kontor Hamburg", **hamburg},
            {"code": "B", "name": "Büro Berlin", **berlin},
        ],
        "subscriptions": [
            subscription("FIB-HH", "FIBRE500", SINCE, location="HH"),
            subscription("TRUNK-HH", "TRUNK10", SINCE, location="HH", number="494066969900"),
            *(
                subscription(
                    f"SEAT-{place}", "SEAT", SINCE, number=number,
                    location="HH" if place < 4 else "B",
                )
                for place, number in enumerate(seats, 1)
            ),
        ],
    }  # fmt: skip
    child: Entry = {
        "brand": NORTHWIND,
        "number": "500101",
        "name": "Elbkontor Service GmbH",
        "kind": "business",
        "language": "de",
        "parent": ELBKONTOR,
        "bills_to_parent": True,
        "address": berlin,
        "subscriptions": [subscription("MOB-1", "BUSINESS-MOBILE", SINCE, number="491713920001")],
    }
    lines = [_line(NORTHWIND, number, busy=2.5) for number in ("494066969900", *seats)]
    mobile = Line(NORTHWIND, "491713920001", True, SINCE, None, 1.5)
    return [Customer(head, lines), Customer(child, [mobile])]


def _fjordtel(number: str, name: str, language: str, address: Entry, email: str) -> Entry:
    return {
        "brand": FJORDTEL,
        "number": number,
        "name": name,
        "language": language,
        "address": address,
        "invoice_email": email,
    }


def _child(number: str, name: str, address: Entry) -> Entry:
    return {
        "brand": FJORDTEL,
        "number": number,
        "name": name,
        "kind": "business",
        "language": "en",
        "parent": ACME,
        "bills_to_parent": True,
        "address": address,
    }


def _person(name: str, email: str, language: str, **fields: str) -> Entry:
    return {"name": name, "email": email, "role": "owner", "language": language} | fields


def _oslo(street: str, postcode: str) -> Entry:
    return {"street": street, "postcode": postcode, "city": "Oslo", "country": "NO"}


def _mobile(number: str, busy: float, *, only_home: bool = False) -> Line:
    return Line(FJORDTEL, number, True, SINCE, None, busy, only_home)


def _fixed(number: str, busy: float) -> Line:
    return _line(FJORDTEL, number, busy)


def _line(brand: str, number: str, busy: float) -> Line:
    return Line(brand, number, False, SINCE, None, busy)
