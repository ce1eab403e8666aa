"""An API that keeps what it declares. Those beside it are this one, but for one fault each."""

import json
import os

import boto3
from boto3.dynamodb.conditions import Attr
from comum import Funcao

handler = Funcao()


class Api:
    """A function behind a REST API: an invoice by its id, and those of a customer."""

    def __init__(self):
        self.notas = boto3.resource("dynamodb").Table(os.environ["TABELA"])

    def __call__(self, event, _context):
        if event["pathParameters"]:
            nota = self.nota(event["pathParameters"]["id"])
            return self.resposta(200, nota) if nota else self.nao_ha()
        return self.resposta(200, {"notas": self.do_cliente(event["queryStringParameters"]["cliente"])})

    def nota(self, id_):
        return self.notas.get_item(Key={"id": id_}, ConsistentRead=True).get("Item")

    def do_cliente(self, cliente):
        return self.notas.scan(FilterExpression=Attr("cliente").eq(cliente), ConsistentRead=True)["Items"]

    def nao_ha(self):
        return self.resposta(404, {"erro": "não há"})

    def resposta(self, status, corpo):
        return {"statusCode": status, "body": json.dumps(corpo, default=self.numero)}

    def numero(self, valor):
        return str(valor)


consulta = Api()
