"""The edge: every call to AWS, and nothing that decides what becomes of an invoice."""
