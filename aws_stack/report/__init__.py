"""Reports: what a test run did, as one page for a person to read.

`figures` has the numbers, `charts` and `timeline` draw them, `page` is the frame, `writer` writes it when the run ends.
Which sections a page has is for whoever makes it: `stacks` has those of a run and its stacks.
"""
