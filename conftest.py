"""The testbed's plugins. The rest of it is in `fixtures/`."""

from pipeline.cache import ensure_home

ensure_home()  # Before the plugins are imported.

pytest_plugins = [
    "fixtures.profiles",
    "fixtures.observations",
    "fixtures.coverage",
    "fixtures.stacks",
    "fixtures.clouds",
    "fixtures.selection",
    "fixtures.api",
    "fixtures.browser",
    "fixtures.strikes",
    "fixtures.faults",
    "fixtures.diagnosis",
    "fixtures.statistics",
    "fixtures.report",
    "fixtures.scheduling",
]
