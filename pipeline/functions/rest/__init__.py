"""The REST API's own parts: what its requests say and what its answers are, without a call to AWS."""
