"""The deployment package: the code that runs in Lambda. It imports nothing else of the project."""
