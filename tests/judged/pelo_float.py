"""Takes amounts through a float, and rounds them to what it looks like."""

import json
from decimal import Decimal

from comum import Funcao


class PeloFloat(Funcao):
    def le(self, texto):
        super().le(texto)
        notas = json.loads(texto, parse_float=lambda numero: Decimal(f"{float(numero):.6g}"))
        return notas if isinstance(notas, list) else [notas]


handler = PeloFloat()
