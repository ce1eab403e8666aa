"""Where AWS comes from. Everything above a cloud is plain boto3 and does not ask which one it is on."""

from .cloud import Cloud

__all__ = ["Cloud"]
