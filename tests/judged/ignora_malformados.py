"""Takes a file that is no document for one without invoices."""

from comum import Funcao


class IgnoraMalformados(Funcao):
    def le(self, texto):
        try:
            return super().le(texto)
        except ValueError:
            return []


handler = IgnoraMalformados()
