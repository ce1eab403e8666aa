"""Moves the file that it has read, inside the bucket that it watches."""

from comum import Funcao


class MoveArquivo(Funcao):
    def termina(self, bucket, key):
        if not key.startswith("processados/"):
            self.s3.copy_object(Bucket=bucket, Key=f"processados/{key}", CopySource={"Bucket": bucket, "Key": key})


handler = MoveArquivo()
