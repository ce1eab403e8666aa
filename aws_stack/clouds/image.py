"""The image of the container cloud, unless another is named."""

IMAGE = "localstack/localstack:4.14.0@sha256:3ebc37595918b8accb852f8048fef2aff047d465167edd655528065b07bc364a"
"""The last release of LocalStack that runs without a token, by digest."""
