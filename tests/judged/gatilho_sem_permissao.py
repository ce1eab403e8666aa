"""Its template gives S3 no permission to invoke the function: AWS refuses the bucket's notification."""

from comum import Funcao

handler = Funcao()
