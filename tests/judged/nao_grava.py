"""Reads the file and logs it. Half of all solutions of the course do no more."""

from comum import Funcao


class NaoGrava(Funcao):
    def grava(self, key, notas):
        print(f"{len(notas)} invoices in {key}")


handler = NaoGrava()
