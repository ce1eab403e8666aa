"""Tidies up the customer's name: what is in the table is not what is in the file."""

from comum import Funcao


class MudaOCliente(Funcao):
    def validas(self, key, notas):
        for onde, nota in super().validas(key, notas):
            yield onde, {**nota, "cliente": " ".join(str(nota["cliente"]).upper().split())}


handler = MudaOCliente()
