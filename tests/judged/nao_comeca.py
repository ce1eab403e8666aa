"""Its handler has another name than the one that it is deployed with."""

from comum import Funcao

lambda_handler = Funcao()
