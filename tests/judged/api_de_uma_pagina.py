"""Its API filters one page of a scan: what stands beyond it is not found."""

from api import Api
from boto3.dynamodb.conditions import Attr
from comum import Funcao

handler = Funcao()


class DeUmaPagina(Api):
    def do_cliente(self, cliente):
        return self.notas.scan(FilterExpression=Attr("cliente").eq(cliente), Limit=2)["Items"]


consulta = DeUmaPagina()
