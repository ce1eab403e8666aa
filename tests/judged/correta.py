"""No fault: keeps every promise that it declares."""

from comum import Funcao

handler = Funcao()
