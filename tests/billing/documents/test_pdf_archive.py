"""What makes the file an accessible PDF/A-3: claims and structure, checked by our own reading."""

from __future__ import annotations

from io import BytesIO
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from pypdf import PdfReader

from billing.documents.composition.invoice_content import invoice_content
from billing.documents.page import invoice_page
from billing.documents.renderer.pool import RendererPool
from tests.billing.documents import cases

pytestmark = pytest.mark.django_db


def catalog_of(pdf: PdfReader) -> Any:
    return pdf.trailer["/Root"]


def elements(node: Any) -> list[Any]:
    """The structure elements below a node, in reading order."""
    found = []
    kids = node.get("/K", [])
    for kid in kids if isinstance(kids, list) else [kids]:
        item = kid.get_object() if hasattr(kid, "get_object") else kid
        if hasattr(item, "get") and item.get("/Type") == "/StructElem":
            found += [item, *elements(item)]
    return found


def test_the_metadata_claims_pdf_a_3a(render) -> None:
    pdf = render(cases.one_line())

    metadata = ET.fromstring(catalog_of(pdf)["/Metadata"].get_data())
    claims = {
        key.rpartition("}")[2]: value
        for element in metadata.iter()
        for key, value in element.attrib.items()
        if "pdfa/ns/id" in key
    }
    assert claims == {"part": "3", "conformance": "A"}


def test_it_has_an_output_intent_with_a_colour_profile(render) -> None:
    pdf = render(cases.one_line())

    intent = catalog_of(pdf)["/OutputIntents"][0].get_object()
    assert intent["/S"] == "/GTS_PDFA1"
    assert len(intent["/DestOutputProfile"].get_object().get_data()) > 1000


def test_it_is_tagged_titled_and_in_its_language(render) -> None:
    pdf = render(cases.kari())

    catalog = catalog_of(pdf)
    assert str(catalog["/MarkInfo"]["/Marked"]).lower() == "true"
    assert str(catalog["/ViewerPreferences"]["/DisplayDocTitle"]).lower() == "true"
    assert catalog["/Lang"] == "nb"
    assert pdf.metadata.title == "Faktura FT-100002 – Fjordtel"
    assert [page["/Tabs"] for page in pdf.pages] == ["/S"] * len(pdf.pages)


def test_its_structure_has_headings_and_tables_with_header_cells(render) -> None:
    pdf = render(cases.acme())

    tags = [element["/S"] for element in elements(catalog_of(pdf)["/StructTreeRoot"])]
    assert tags[0] == "/Document"
    assert {"/H1", "/H2", "/H3", "/H4", "/P", "/Table", "/TH", "/TD"} <= set(tags)


def test_a_logo_has_its_brand_as_alternative_text(render) -> None:
    pdf = render(cases.CASES["kari_logo_en"]())

    figures = [
        element
        for element in elements(catalog_of(pdf)["/StructTreeRoot"])
        if element["/S"] == "/Figure"
    ]
    assert [figure["/Alt"] for figure in figures] == ["Fjordtel"]


def test_every_font_is_embedded(render) -> None:
    pdf = render(cases.acme("de"))

    for page in pdf.pages:
        for font in page["/Resources"]["/Font"].values():
            for descendant in font.get_object().get("/DescendantFonts", [font]):
                descriptor = descendant.get_object()["/FontDescriptor"].get_object()
                assert {"/FontFile", "/FontFile2", "/FontFile3"} & set(descriptor)


def test_it_holds_no_script_no_form_and_no_encryption(render) -> None:
    pdf = render(cases.one_line())

    catalog = catalog_of(pdf)
    assert not {"/OpenAction", "/AA", "/AcroForm"} & set(catalog)
    assert "/JavaScript" not in catalog.get("/Names", {})
    assert not pdf.is_encrypted


def test_the_same_invoice_gives_the_same_bytes_in_another_process(
    renderers: RendererPool,
) -> None:
    page = invoice_page(invoice_content(cases.kari()))

    first = renderers.submit(page).result().pdf
    with RendererPool(1) as others:
        second = others.submit(page).result().pdf

    assert first == second
    dates = PdfReader(BytesIO(first)).metadata
    assert dates is not None
    assert {str(dates["/CreationDate"]), str(dates["/ModDate"])} == {"D:20261101000000Z"}
