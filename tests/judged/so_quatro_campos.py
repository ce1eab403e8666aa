"""Keeps four members of an invoice, and declares that it keeps them all."""

from comum import Funcao


class SoQuatroCampos(Funcao):
    def validas(self, key, notas):
        for onde, nota in super().validas(key, notas):
            yield onde, {nome: nota[nome] for nome in ("id", "cliente", "valor", "data_emissao")}


handler = SoQuatroCampos()
