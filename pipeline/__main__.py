"""`python -m pipeline` is `notas`."""

from .cli import main

main()
