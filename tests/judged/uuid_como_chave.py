"""Makes up the table's key, so that a replay makes another row."""

import uuid

from comum import PorLotes


class UuidComoChave(PorLotes):
    def grava(self, _key, notas):
        with self.notas.batch_writer() as lote:
            for _onde, nota in notas:
                lote.put_item(Item={"pk": str(uuid.uuid4()), **nota})


handler = UuidComoChave()
