"""Makes the pictures of the documentation from the running demo: `bin/screenshots`."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import django
import time_machine
from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "docs" / "screenshots"
PHONE = {"width": 360, "height": 740}
DESK = {"width": 1280, "height": 800}
BYTES_MAX = 150_000
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--hide-scrollbars",
    "--host-resolver-rules=MAP *.localhost 127.0.0.1, MAP * ~NOTFOUND",
]


def main() -> int:
    from config.private_postgres import database_url

    os.environ["DATABASE_URL"] = database_url()
    subprocess.run([sys.executable, "manage.py", "demo", "--no-serve"], cwd=ROOT, check=True)
    # Static files as tests serve them, straight from their folders.
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings_test"
    # The pages are driven by one thread that also reads the database.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    django.setup()
    from django.conf import settings

    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
    FOLDER.mkdir(exist_ok=True)
    with demo() as port, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        for scheme in ("light", "dark"):
            portal(browser, port, scheme)
        back_office(browser, port)
        browser.close()
    invoice()
    return 0


class Server(ThreadingMixIn, WSGIServer):
    """Answers several requests at once, as a browser asks."""

    daemon_threads = True


class Silent(WSGIRequestHandler):
    """Says nothing about requests."""

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 – the library's name
        return


@contextmanager
def demo() -> Iterator[int]:
    """The demo, served on the day on which it plays; its port."""
    from django.contrib.staticfiles.handlers import StaticFilesHandler
    from django.core.wsgi import get_wsgi_application

    from portal.demo.size import TODAY

    application = StaticFilesHandler(get_wsgi_application())
    noon = datetime.combine(TODAY, datetime.min.time(), UTC).replace(hour=12)
    with time_machine.travel(noon, tick=True):
        server = make_server("127.0.0.1", 0, application, Server, Silent)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_port
        server.shutdown()


def new_page(browser: Browser, size: dict[str, int], scheme: str = "light") -> Page:
    return browser.new_page(
        viewport={"width": size["width"], "height": size["height"]},
        color_scheme="dark" if scheme == "dark" else "light",
        device_scale_factor=2 if size is PHONE else 1,
    )


def sign_in(page: Page, address: str, email: str) -> None:
    """Sign in as one of the demo's people."""
    from portal.demo.logins import PASSWORD

    page.goto(address)
    page.fill("[name=login]", email)
    page.fill("[name=password]", PASSWORD)
    page.click("main button[type=submit]")
    page.wait_for_load_state("networkidle")


def portal(browser: Browser, port: int, scheme: str) -> None:
    """Kari's home and her bill, in English, as a phone shows them."""
    from billing.models import Invoice
    from portal.demo.cast import KARI, KARI_EMAIL
    from portal.demo.customers import FJORDTEL

    page = new_page(browser, PHONE, scheme)
    sign_in(page, f"http://fjordtel.localhost:{port}/", KARI_EMAIL)
    if page.locator("button[value=en]").count():
        page.locator("button[value=en]").first.click()
        page.wait_for_load_state("networkidle")
    save(page.screenshot(), f"portal-home-{scheme}")
    bill = Invoice.objects.filter(brand__code=FJORDTEL, account__number=KARI).latest("issue_date")
    page.goto(f"http://fjordtel.localhost:{port}/bills/{bill.pk}/")
    save(page.screenshot(), f"portal-bill-{scheme}")
    page.close()


def back_office(browser: Browser, port: int) -> None:
    """The page of the last bill run, and Kari's account."""
    from django.urls import reverse

    from accounts.models import Account
    from billing.models import BillRun
    from portal.demo.cast import KARI
    from portal.demo.customers import FJORDTEL
    from portal.demo.logins import ADMIN_EMAIL, current_code

    def office(name: str, key: int) -> str:
        return f"http://staff.localhost:{port}" + reverse(
            f"admin:{name}_change", args=[key], urlconf="config.urls_staff"
        )

    page = new_page(browser, DESK)
    sign_in(page, f"http://staff.localhost:{port}/", ADMIN_EMAIL)
    page.fill("[name=code]", current_code(ADMIN_EMAIL, epoch_seconds=int(time.time()))[0])
    page.click("main button[type=submit]")
    page.wait_for_load_state("networkidle")
    run = BillRun.objects.filter(brand__code=FJORDTEL).latest("bill_date")
    account = Account.objects.get(brand__code=FJORDTEL, number=KARI)
    for name, address in (
        ("bill-run", office("billing_billrun", run.pk)),
        ("account", office("accounts_account", account.pk)),
    ):
        page.goto(address)
        page.wait_for_load_state("networkidle")
        save(page.screenshot(), name)
    page.close()


def invoice() -> None:
    """The first page of Kari's bill."""
    from billing.documents.queries import document_of, document_path
    from billing.models import Invoice
    from portal.demo.cast import KARI
    from portal.demo.customers import FJORDTEL

    bill = Invoice.objects.filter(brand__code=FJORDTEL, account__number=KARI).latest("issue_date")
    document = document_of(bill)
    if document is None:
        raise SystemExit("Kari's bill has no PDF: run .venv/bin/python manage.py render_documents")
    source = str(document_path(document.sha256))
    command = ["pdftoppm", "-png", "-r", "96", "-f", "1", "-l", "1", source]
    save(subprocess.run(command, capture_output=True, check=True).stdout, "invoice")


def save(png: bytes, name: str) -> None:
    """Store a picture with as many colours as fit into `BYTES_MAX`."""
    picture = Image.open(BytesIO(png)).convert("RGB")
    for colours in (256, 128, 64, 32):
        small = picture.quantize(colours, dither=Image.Dither.NONE)
        target = FOLDER / f"{name}.png"
        small.save(target, optimize=True)
        if target.stat().st_size <= BYTES_MAX:
            break
    print(f"{target.relative_to(ROOT)}: {target.stat().st_size:,} bytes, {colours} colours")


if __name__ == "__main__":
    sys.exit(main())
