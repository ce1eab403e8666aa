"""The REST API: what requests mean, and what answers look like. The calls to AWS are in `aws`."""
