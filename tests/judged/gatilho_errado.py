"""Its template has a pattern for a suffix. S3 compares it letter by letter, and never calls the function."""

from comum import Funcao

handler = Funcao()
