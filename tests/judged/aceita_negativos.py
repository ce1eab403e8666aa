"""Stores an invoice of -1, as most do."""

from comum import Funcao


class AceitaNegativos(Funcao):
    def problema(self, nota):
        erro = super().problema(nota)
        return "" if erro == "valor" else erro


handler = AceitaNegativos()
