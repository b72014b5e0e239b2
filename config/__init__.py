"""Makes the apps in collections/ importable as `payments` and `dunning`.

collections/ is a plain folder and never a package, since a package of that name would shadow
Python's own `collections`. manage.py, wsgi, asgi, celery and pytest-django all import `config`
first, so its path is added here: appended, never inserted, so that it can shadow nothing.
"""

import sys
from pathlib import Path

_COLLECTIONS = str(Path(__file__).resolve().parent.parent / "collections")
if _COLLECTIONS not in sys.path:
    sys.path.append(_COLLECTIONS)
