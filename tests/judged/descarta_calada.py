"""Passes over what it does not store, and tells nobody."""

from comum import Funcao


class DescartaCalada(Funcao):
    def rejeita(self, onde, motivo, nota):
        if not nota:
            super().rejeita(onde, motivo, nota)


handler = DescartaCalada()
