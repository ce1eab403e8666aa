"""notas: an invoice pipeline on AWS serverless, and the means to run it anywhere."""

__version__ = "0.1.0"
