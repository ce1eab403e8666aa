"""The LocalStack image, built from package registries alone."""
