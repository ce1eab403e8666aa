"""Does not look at UnprocessedItems: a batch that was written in part counts as written."""

from comum import PorLotes


class LoteParcial(PorLotes):
    def grava(self, _key, notas):
        puts = [{"PutRequest": {"Item": nota}} for nota in {nota["id"]: nota for _onde, nota in notas}.values()]
        for inicio in range(0, len(puts), 25):
            lote = {self.notas.name: puts[inicio : inicio + 25]}
            self.dynamodb.meta.client.batch_write_item(RequestItems=lote)


handler = LoteParcial()
