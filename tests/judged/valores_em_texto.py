"""Stores amounts as texts, which nobody can sum."""

from comum import Funcao


class ValoresEmTexto(Funcao):
    def validas(self, key, notas):
        for onde, nota in super().validas(key, notas):
            yield onde, {**nota, "valor": str(nota["valor"])}


handler = ValoresEmTexto()
