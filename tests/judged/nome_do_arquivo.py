"""Takes the file's name for the table's key: of several invoices in it, one stays."""

from comum import PorLotes


class NomeDoArquivo(PorLotes):
    def grava(self, key, notas):
        for _onde, nota in notas:
            self.notas.put_item(Item={"arquivo": key, **nota})


handler = NomeDoArquivo()
