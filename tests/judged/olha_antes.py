"""Looks whether the id is taken, and then writes: another may write between the two."""

from comum import Funcao


class OlhaAntes(Funcao):
    def grava(self, _key, notas):
        escritas = self.notas.meta.client
        for inicio in range(0, len(notas), 25):
            novas = {}
            for onde, nota in notas[inicio : inicio + 25]:
                if nota["id"] in novas or "Item" in self.notas.get_item(Key={"id": nota["id"]}, ConsistentRead=True):
                    if novas.get(nota["id"]) != nota:
                        self.compara(onde, nota)
                else:
                    novas[nota["id"]] = nota
            for nota in novas.values():
                escritas.put_item(TableName=self.notas.name, Item=nota)


handler = OlhaAntes()
