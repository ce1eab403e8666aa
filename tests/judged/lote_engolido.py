"""Logs what DynamoDB refuses and goes on, so that Lambda takes the event for done."""

import boto3
from comum import Funcao


class LoteEngolido(Funcao):
    def grava(self, key, notas):
        try:
            super().grava(key, notas)
        except boto3.client("dynamodb").exceptions.ClientError as error:
            print("erro:", error)


handler = LoteEngolido()
