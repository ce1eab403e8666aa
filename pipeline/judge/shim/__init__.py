"""What runs beside a handler, in its process. It imports nothing of the judge, and edits nothing of the handler."""
