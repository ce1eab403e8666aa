"""Makes up the table's key, and looks for the invoices' ids first: not even the same event twice at once is safe."""

import uuid

from comum import Funcao


class ProcuraAntes(Funcao):
    def grava(self, _key, notas):
        paginas = self.notas.meta.client.get_paginator("scan").paginate(TableName=self.notas.name, ConsistentRead=True)
        gravadas = {item["id"]: item for pagina in paginas for item in pagina["Items"]}
        with self.notas.batch_writer() as lote:
            for onde, nota in notas:
                if nota["id"] not in gravadas:
                    gravadas[nota["id"]] = nota
                    lote.put_item(Item={"pk": str(uuid.uuid4()), **nota})
                elif gravadas[nota["id"]]["valor"] != nota["valor"]:
                    self.rejeita(onde, "conflito", nota)


handler = ProcuraAntes()
