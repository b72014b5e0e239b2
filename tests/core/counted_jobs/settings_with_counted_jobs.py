"""The test settings for workers that also know the counted jobs, with a lease of two seconds."""

from config.settings_test import *  # noqa: F403
from config.settings_test import INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "tests.core.counted_jobs"]
JOB_LEASE_SECONDS = 2
