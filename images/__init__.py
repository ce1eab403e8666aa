"""Images that are built here, and an engine to build and run them on."""
