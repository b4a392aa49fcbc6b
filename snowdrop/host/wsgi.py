"""The WSGI application, for the server of `snowdrop up` and for a host's own."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "snowdrop.config.settings")
application = get_wsgi_application()
