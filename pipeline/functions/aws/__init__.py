"""Every call to AWS. Nothing here decides what becomes of an invoice."""
