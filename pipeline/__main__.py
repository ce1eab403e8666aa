"""`python -m pipeline` is `notas`."""

from .start import main

main()
