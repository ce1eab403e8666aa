"""Counts every valid invoice as stored, also those that were there, and has no entry for a file that is no document."""

from comum import Funcao


class ContaErrado(Funcao):
    def grava(self, key, notas):
        super().grava(key, notas)
        self.dynamodb.Table("Livro").put_item(Item={"arquivo": key, "gravadas": len(notas)})


handler = ContaErrado()
