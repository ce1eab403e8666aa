"""The LocalStack image, from package registries alone."""
