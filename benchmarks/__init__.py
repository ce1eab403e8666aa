"""Speed and memory of the pipeline, compared with simpler ways to do a part of its work."""
