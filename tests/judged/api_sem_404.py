"""Its API answers 200 for an invoice that is not there."""

from api import Api
from comum import Funcao

handler = Funcao()


class Sem404(Api):
    def nao_ha(self):
        return self.resposta(200, None)


consulta = Sem404()
