"""Tells what it refuses, and not why: whoever sent the invoice has to look for the fault."""

from comum import Funcao


class MotivoVago(Funcao):
    def rejeita(self, onde, motivo, nota):
        super().rejeita(onde, motivo if motivo == "conflito" else "nota inválida", nota)


handler = MotivoVago()
