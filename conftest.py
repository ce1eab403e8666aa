"""The testbed's plugins; everything else about it stands in `fixtures/`."""

pytest_plugins = [
    "fixtures.clouds",
    "fixtures.stacks",
    "fixtures.api",
    "fixtures.browser",
    "fixtures.diagnosis",
    "fixtures.faults",
    "fixtures.scheduling",
]
