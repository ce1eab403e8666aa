"""Speed and memory of the pipeline, beside simpler ways to do a part of what it does."""
