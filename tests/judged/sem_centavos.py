"""Gives boto3 floats, which it refuses: no amount with cents is ever stored."""

import json

from comum import Funcao


class SemCentavos(Funcao):
    def le(self, texto):
        super().le(texto)
        notas = json.loads(texto)
        return notas if isinstance(notas, list) else [notas]

    def problema(self, nota):
        valor = nota.get("valor")
        return (
            "valor" if isinstance(valor, float) and valor < 0 else super().problema({**nota, "valor": _inteiro(valor)})
        )


def _inteiro(valor):
    return round(valor) if isinstance(valor, float) else valor


handler = SemCentavos()
