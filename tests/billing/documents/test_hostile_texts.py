"""Whatever customers write stays text: a document reads no file, opens no connection."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader

from billing.documents.composition.invoice_content import invoice_content
from billing.documents.page import invoice_page
from billing.documents.renderer.fetcher import FetchRefused, RegisteredFetcher, Resource
from billing.documents.renderer.pool import Page, RendererPool
from tests import make
from tests.billing.documents import issued

SECRET = "the-canary-sings"
# The places that are filled in: the loopback listener's address and the canary's path.
ATTACKS = [
    "<img src='http://{host}/a.png'>",
    "<img src='file://{path}'>",
    "<img srcset='http://{host}/b.png 2x' src='//{host}/c.png'>",
    "<link rel=stylesheet href='http://{host}/d.css'>",
    "<link rel=attachment href='file://{path}'>",
    "<link rel=attachment href='http://{host}/e.txt'>",
    "<svg xmlns='http://www.w3.org/2000/svg'><image href='http://{host}/f.png'/></svg>",
    "<svg><use href='http://{host}/g.svg#x'/></svg>",
    "<style>@import url(http://{host}/h.css);</style>",
    "<style>@font-face{{font-family:x;src:url(file://{path})}}p{{font-family:x}}</style>",
    "<p style='background:url(http://{host}/i.png)'>",
    "<style>p{{content:url(data:text/css,@import%20url(http://{host}/j.css))}}</style>",
    "<object data='file://{path}'></object>",
    "<embed src='http://{host}/k.pdf'>",
    "<iframe src='http://{host}/l.html'></iframe>",
    "<a rel=attachment href='file://{path}'>x</a>",
    "<base href='http://{host}/'><img src=m.png>",
    "<meta http-equiv=refresh content='0;url=http://{host}/n'>",
    "<img src='data:image/svg+xml,<svg xmlns=\"http://www.w3.org/2000/svg\"/>'>",
    "</title></style></script><script>fetch('http://{host}/o')</script>",
    "}} * {{ background: url(http://{host}/p) }} /*",
    "{{% include 'file' %}} &lt;img&gt; &#60;b&#62;",
]


class Listener:
    """Counts whoever connects."""

    def __init__(self) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.host = f"127.0.0.1:{self._socket.getsockname()[1]}"
        self.connections = 0
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()

    def _listen(self) -> None:
        while True:
            try:
                connection, _address = self._socket.accept()
            except OSError:
                return
            self.connections += 1
            connection.close()

    def stop(self) -> None:
        self._socket.close()


@pytest.fixture
def listener() -> Iterator[Listener]:
    listener = Listener()
    yield listener
    listener.stop()


@pytest.fixture
def canary(tmp_path: Path) -> Path:
    path = tmp_path / "canary.txt"
    path.write_text(SECRET)
    return path


def bare(text: str) -> str:
    """The text without blanks: long words are broken where the line ends."""
    return "".join(text.split())


@pytest.mark.django_db
def test_markup_in_every_text_is_printed_as_it_was_written(
    renderers: RendererPool, listener: Listener, canary: Path
) -> None:
    attacks = [attack.format(host=listener.host, path=canary) for attack in ATTACKS]
    brand = make.make_brand(invoice_message={"en": attacks[0]})
    account = make.make_account(
        brand,
        "100999",
        attacks[1],
        street=attacks[2],
        city=attacks[3][:100],
        language="en",
        vat_number="<b>x</b>",
    )
    place = make.make_location(account, name=attacks[4][:100], street=attacks[5])
    service = make.make_subscription(account, label=attacks[6][:100], location=place)
    lines = [issued.line(service, "1.00", attack[:300]) for attack in attacks[7:]]
    invoice = issued.issue(account, lines)

    page = invoice_page(invoice_content(invoice))
    pdf = PdfReader(BytesIO(renderers.submit(page).result().pdf))

    text = bare("".join(page.extract_text() for page in pdf.pages))
    for attack in [*attacks[:3], *attacks[7:]]:
        assert bare(attack) in text
    assert SECRET not in text
    assert listener.connections == 0
    assert not pdf.attachments
    assert "127.0.0.1" not in page.style


def test_even_unescaped_markup_reads_and_fetches_nothing(
    renderers: RendererPool, listener: Listener, canary: Path
) -> None:
    attacks = "".join(attack.format(host=listener.host, path=canary) for attack in ATTACKS[:19])
    style = f"@import url(http://{listener.host}/q.css); p {{ content: url(file://{canary}) }}"
    page = Page(f"<html lang=en><title>x</title><body>{attacks}<p>end</p>", style)

    printed = renderers.submit(page).result()

    pdf = PdfReader(BytesIO(printed.pdf))
    assert SECRET.encode() not in printed.pdf
    assert SECRET not in "".join(page.extract_text() for page in pdf.pages)
    assert not pdf.attachments
    assert listener.connections == 0


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/hostname",
        "http://127.0.0.1/",
        "https://127.0.0.1/",
        "ftp://127.0.0.1/",
        "data:text/plain,x",
        "//127.0.0.1/x",
        "trunkline:logo/other",
        "relative.png",
    ],
)
def test_the_fetcher_serves_registered_keys_only(url: str) -> None:
    fetcher = RegisteredFetcher({"trunkline:logo/own": Resource(b"own", "image/png")})

    assert fetcher("trunkline:logo/own").read() == b"own"
    with pytest.raises(FetchRefused):
        fetcher(url)
    with pytest.raises(FetchRefused):
        fetcher.open(url)


def test_a_renderer_has_no_environment_and_no_open_files(monkeypatch) -> None:
    from billing.documents.renderer.limits import Limits
    from billing.documents.renderer.process import RendererProcess

    monkeypatch.setenv("DATABASE_URL", "postgres://somewhere")

    process = RendererProcess(Limits())

    folder = Path(f"/proc/{process._child.pid}")
    files = {path.readlink().name for path in (folder / "fd").iterdir()}
    environment = (folder / "environ").read_bytes()
    process.stop()
    assert environment == b""
    assert not [name for name in files if name.startswith("socket")]


@pytest.mark.django_db
def test_a_colour_that_is_none_never_reaches_the_style_sheet() -> None:
    invoice = issued.issue(
        account := make.make_account(make.make_brand(), language="en"),
        [issued.line(make.make_subscription(account), "1.00", "x")],
    )
    invoice.brand.primary_colour = "red;}*{"

    page = invoice_page(invoice_content(invoice))

    assert "red;}" not in page.style
    assert "var(--" not in page.style.partition("*/")[2]
