"""Reads the first record of an event only."""

from comum import Funcao


class PrimeiroRegistro(Funcao):
    def registros(self, event):
        return event["Records"][:1]


handler = PrimeiroRegistro()
