"""WSGI entry point."""

import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sinovik.settings")

application = get_wsgi_application()

if settings.METRICS_PORTS:
    from sinovik.home import metrics

    metrics.register()
