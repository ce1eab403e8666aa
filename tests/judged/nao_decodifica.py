"""Takes the key as it stands in the event, encoded."""

from comum import Funcao


class NaoDecodifica(Funcao):
    def chave(self, record):
        return record["s3"]["object"]["key"]


handler = NaoDecodifica()
