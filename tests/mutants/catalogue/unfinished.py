"""Rejects of uploads that have not ended: their parts, what stands after the last one, and when they go."""

from ..mutant import Edit, Mutant

MUTANTS = (
    Mutant(
        "tail-not-loaded",
        "the parts are all there is",
        "functions/aws/rejects.py",
        "        if self._tail_key is not None:\n            self._buffer += self._read(self._tail_key)\n",
        "",
    ),
    Mutant(
        "tail-loaded-twice",
        "here for its length, there for its lines",
        "functions/aws/rejects.py",
        "            self._buffer += self._read(self._tail_key)\n",
        "            self._buffer += self._read(self._tail_key) + self._read(self._tail_key)\n",
    ),
    Mutant(
        "parts-from-the-first-again",
        "an attempt begins with part 1",
        "functions/aws/rejects.py",
        "self._written = progress.parts",
        "self._written = 0",
    ),
    Mutant(
        "parts-cut-by-the-attempt",
        "what is saved already needs no part",
        "functions/aws/rejects.py",
        "        if len(self._buffer) >= PART:\n",
        "        if len(self._buffer) - self._loaded >= PART:\n",
        (
            Edit(
                "functions/aws/rejects.py",
                "        self._written = progress.parts\n",
                "        self._written, self._loaded = progress.parts, progress.tail\n",
            ),
        ),
    ),
    Mutant(
        "rejects-published-by-every-attempt",
        "what is known may be seen",
        "functions/process.py",
        "        except OutOfTimeError:\n            self._save(landed, rejects)\n            raise\n",
        "        except OutOfTimeError:\n            self._save(landed, rejects)\n            rejects.publish()\n"
        "            raise\n",
    ),
    Mutant(
        "unfinished-rejects-stay",
        "the bucket forgets them in time",
        "functions/process.py",
        "        if self.saved != Progress() or rejects.has_parts:\n            rejects.clean_up()\n",
        "",
    ),
    Mutant(
        "cleaned-up-before-the-ledger-is-closed",
        "once they are published, nobody needs the parts",
        "functions/process.py",
        "            closed = ledger.complete(upload, counts, rejects.publish())\n",
        "            url = rejects.publish()\n            rejects.clean_up()\n"
        "            closed = ledger.complete(upload, counts, url)\n",
    ),
    Mutant(
        "cleaned-up-for-everybody",
        "what is unfinished is rubbish",
        "functions/aws/rejects.py",
        'Prefix=f"{self._key}/"',
        'Prefix=""',
    ),
    Mutant(
        "tail-removed-before-the-checkpoint",
        "the new one is written",
        "functions/process.py",
        "            rejects.save(progress)\n        if not",
        "            rejects.save(progress)\n            rejects.saved(progress)\n        if not",
    ),
    Mutant(
        "tails-pile-up",
        "all of them go at the end",
        "functions/aws/rejects.py",
        "        if before is not None and before != self._tail_key:\n            self._delete(before)\n",
        "",
    ),
    Mutant(
        "tail-removed-although-the-ledger-names-it",
        "the tail before is needed no more",
        "functions/aws/rejects.py",
        "        if before is not None and before != self._tail_key:\n",
        "        if before is not None:\n",
    ),
    Mutant(
        "last-part-left-out",
        "the parts are what there is",
        "functions/aws/rejects.py",
        "            if self._buffer:\n                number,",
        "            if not self._buffer:\n                number,",
    ),
    Mutant(
        "parts-put-together-in-any-order",
        "S3 sorts them by their numbers",
        "functions/aws/rejects.py",
        'MultipartUpload={"Parts": parts}',
        'MultipartUpload={"Parts": parts[::-1]}',
    ),
    Mutant(
        "missing-parts-are-a-fault",
        "what is gone is gone",
        "functions/process.py",
        "            if expired and anew:\n",
        "            if True:\n",
    ),
    Mutant(
        "begun-multipart-upload-left-open",
        "the next attempt begins another",
        "functions/aws/rejects.py",
        "                self._patience.outlast(\n"
        "                    lambda: self._s3.abort_multipart_upload("
        "Bucket=self._bucket, Key=self._key, UploadId=upload_id)\n"
        "                )\n",
        "                pass\n",
    ),
    Mutant(
        "rejects-that-are-gone-are-never-written-anew",
        "what another attempt removed, it had published",
        "functions/process.py",
        "        self._start = Progress(Reading.STORING) if anew else progress\n",
        "        self._start = progress\n",
    ),
    Mutant(
        "parts-of-an-upload-without-checkpoints-stay",
        "without a checkpoint nothing is unfinished",
        "functions/process.py",
        "        if self.saved != Progress() or rejects.has_parts:\n",
        "        if self.saved != Progress():\n",
    ),
    Mutant(
        "leftovers-of-a-killed-attempt-stay",
        "what has ended is left alone",
        "functions/process.py",
        "            _rejects(upload, services, Progress()).clean_up()\n",
        "",
    ),
    Mutant(
        "first-page-of-the-unfinished-removed",
        "a list is all there is",
        "functions/aws/rejects.py",
        "        while found := self",
        "        if found := self",
    ),
)
