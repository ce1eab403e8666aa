"""Its template leaves out a variable that its author has exported: S3 invokes the function, and it cannot start."""

from comum import Funcao

handler = Funcao()
