"""Its API gives amounts without their cents, as an encoder of many tutorials does."""

from api import Api
from comum import Funcao

handler = Funcao()


class SemCentavos(Api):
    def numero(self, valor):
        return int(valor)


consulta = SemCentavos()
