"""Marks a file as done before it is: what is killed, or refused, is never done."""

from comum import Funcao


class MarcaAntes(Funcao):
    def grava(self, key, notas):
        marca = {"id": f"feito {key}"}
        if "Item" not in self.rejeitadas.get_item(Key=marca, ConsistentRead=True):
            self.rejeitadas.put_item(Item=marca)
            super().grava(key, notas)


handler = MarcaAntes()
