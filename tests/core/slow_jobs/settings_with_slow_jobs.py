"""The test settings for a worker process that also knows the slow job."""

from config.settings_test import *  # noqa: F403
from config.settings_test import INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "tests.core.slow_jobs"]
