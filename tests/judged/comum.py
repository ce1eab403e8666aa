"""An implementation that keeps what it declares. The others of this folder are this one, but for one fault each."""

import json
import os
from datetime import date
from decimal import Decimal
from urllib.parse import unquote_plus

import boto3


class Funcao:
    """The function: what it does with an event, in steps that may each be done wrong."""

    def __init__(self):
        self.s3 = boto3.client("s3")
        self.dynamodb = boto3.resource("dynamodb")
        self.notas = self.dynamodb.Table(os.environ["TABELA"])
        self.rejeitadas = self.dynamodb.Table(os.environ["REJEITADAS"])

    def __call__(self, event, _context):
        for record in self.registros(event):
            bucket, key = record["s3"]["bucket"]["name"], self.chave(record)
            try:
                notas = self.le(self.s3.get_object(Bucket=bucket, Key=key)["Body"].read())
            except ValueError as error:
                self.rejeita(key, str(error), {})
                continue
            self.grava(key, list(self.validas(key, notas)))
            self.termina(bucket, key)

    def registros(self, event):
        return event["Records"]

    def chave(self, record):
        return unquote_plus(record["s3"]["object"]["key"])

    def le(self, texto):
        lidas = json.loads(texto, parse_float=Decimal)
        notas = [lidas] if isinstance(lidas, dict) else lidas
        if not isinstance(notas, list) or not all(isinstance(nota, dict) for nota in notas):
            raise ValueError("no invoices")
        return notas

    def validas(self, key, notas):
        """The valid invoices with their positions. The others are refused."""
        for posicao, nota in enumerate(notas):
            erro = self.problema(nota)
            if erro:
                self.rejeita(f"{key}#{posicao}", erro, nota)
            else:
                yield f"{key}#{posicao}", nota

    def problema(self, nota):
        if not isinstance(nota.get("id"), str) or not nota["id"].strip():
            return "id"
        if not isinstance(nota.get("valor"), Decimal | int) or nota["valor"] < 0:
            return "valor"
        try:
            date.fromisoformat(nota["data_emissao"])
        except (KeyError, TypeError, ValueError):
            return "data_emissao"
        return ""

    def grava(self, _key, notas):
        """Each INSERT of a batch is refused by itself where its id is taken."""
        por_id = {}
        for onde, nota in notas:
            if por_id.setdefault(nota["id"], nota) != nota:
                self.rejeita(onde, "conflito", nota)
        onde_esta = {nota["id"]: onde for onde, nota in reversed(notas)}
        unicas = list(por_id.values())
        for inicio in range(0, len(unicas), 25):
            lote = unicas[inicio : inicio + 25]
            insert = f'INSERT INTO "{self.notas.name}" VALUE ?'
            # In words of its own for every invoice: {'id': ?, 'cliente': ?}
            statements = [
                {"Statement": insert.replace("?", valor_de(nota)), "Parameters": list(nota.values())} for nota in lote
            ]
            respostas = self.dynamodb.meta.client.batch_execute_statement(Statements=statements)["Responses"]
            for nota, resposta in zip(lote, respostas, strict=True):
                erro = resposta.get("Error", {}).get("Code")
                if erro == "DuplicateItem":
                    self.compara(onde_esta[nota["id"]], nota)
                elif erro:
                    raise RuntimeError(resposta["Error"])

    def compara(self, onde, nota):
        if self.notas.get_item(Key={"id": nota["id"]}, ConsistentRead=True)["Item"] != nota:
            self.rejeita(onde, "conflito", nota)

    def rejeita(self, onde, motivo, nota):
        texto = json.dumps(nota, default=str, ensure_ascii=False)
        self.rejeitadas.put_item(Item={"id": onde, "motivo": motivo, "nota": texto})

    def termina(self, bucket, key):
        """Nothing is left to do with the file."""


def valor_de(nota):
    """The value of an INSERT, with a place for each member's value."""
    return "{" + ", ".join(f"'{nome}': ?" for nome in nota) + "}"


class PorLotes(Funcao):
    """As most tutorials have it: batches without conditions. What came first does not stay."""

    def grava(self, _key, notas):
        with self.notas.batch_writer(overwrite_by_pkeys=["id"]) as lote:
            for _onde, nota in notas:
                lote.put_item(Item=self.item(nota))

    def item(self, nota):
        return nota
