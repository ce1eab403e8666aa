"""The testbed's plugins. The rest of it is in `fixtures/`."""

import os

from pipeline.cache import OWN

OWN.ensure_home()  # Before the plugins are imported.

# Commands that tests start speak the language of the environment. What is tested of Portuguese asks for it.
os.environ["LANGUAGE"] = "en"

pytest_plugins = [
    "fixtures.garbage",
    "fixtures.deselection",
    "fixtures.folders",
    "fixtures.parts",
    "fixtures.profiles",
    "fixtures.observations",
    "fixtures.claims",
    "fixtures.stacks",
    "fixtures.clouds",
    "fixtures.selection",
    "fixtures.nights",
    "fixtures.api",
    "fixtures.lacking",
    "fixtures.browser",
    "fixtures.strikes",
    "fixtures.faults",
    "fixtures.scarce",
    "fixtures.diagnosis",
    "fixtures.statistics",
    "fixtures.report",
    "fixtures.scheduling",
]
