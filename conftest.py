"""The testbed's plugins; everything else about it stands in `fixtures/`."""

pytest_plugins = [
    "fixtures.clouds",
    "fixtures.stacks",
    "fixtures.faults",
    "fixtures.observations",
    "fixtures.diagnosis",
    "fixtures.scheduling",
]
