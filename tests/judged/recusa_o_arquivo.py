"""Refuses a whole file for one invoice that breaks a rule."""

from comum import Funcao


class RecusaOArquivo(Funcao):
    def validas(self, key, notas):
        recusada = any(self.problema(nota) for nota in notas)
        for posicao, nota in enumerate(notas):
            if recusada:
                self.rejeita(f"{key}#{posicao}", self.problema(nota) or "arquivo", nota)
            else:
                yield f"{key}#{posicao}", nota


handler = RecusaOArquivo()
