"""Names and objects: what is taken up, what is never read, and which version it is."""

from ..mutant import Mutant

_KEY = 'code == "AccessDenied" and _KEY_DENIED.search(message)'

MUTANTS = (
    Mutant(
        "suffix-forgotten",
        "two suffixes are all there are",
        "functions/layouts.py",
        ', ".ndjson": Layout.LINES',
        "",
    ),
    Mutant(
        "suffix-without-its-dot",
        "what ends in json is JSON",
        "functions/layouts.py",
        'LAYOUTS = {".json": Layout.JSON',
        'LAYOUTS = {"json": Layout.JSON',
    ),
    Mutant(
        "names-in-lower-case-only",
        "a suffix is in lower case",
        "functions/layouts.py",
        "plain = name.lower().removesuffix(COMPRESSED)",
        "plain = name.removesuffix(COMPRESSED)",
    ),
    Mutant(
        "gz-in-lower-case-only",
        "a suffix is in lower case",
        "functions/layouts.py",
        "return name.lower().endswith(COMPRESSED)",
        "return name.endswith(COMPRESSED)",
    ),
    Mutant(
        "other-names-unheard",
        "what is no invoice is left alone",
        "functions/ingest.py",
        "        if upload.is_folder:\n",
        "        try:\n            assert upload.layout\n        except Exception:\n            continue\n"
        "        if upload.is_folder:\n",
    ),
    Mutant(
        "other-names-are-json",
        "it is JSON unless its name says otherwise",
        "functions/layouts.py",
        '    raise DocumentError("unknown_type", {"names": ", ".join(LAYOUTS), "compressed": COMPRESSED})\n',
        "    return Layout.JSON\n",
    ),
    Mutant(
        "folders-fail",
        "an object is an upload",
        "functions/ingest.py",
        "        if upload.is_folder:\n            continue\n",
        "",
    ),
    Mutant(
        "every-slash-is-a-folder",
        "a folder ends in a slash",
        "functions/aws/uploads.py",
        'return self.key.endswith("/") and self.size == 0',
        'return self.key.endswith("/")',
    ),
    Mutant(
        "null-is-one-version",
        "a bucket without versions has one of each key",
        "functions/versions.py",
        """return _NULL + ":" + etag.strip('"')""",
        "return _NULL + etag[:0]",
    ),
    Mutant(
        "null-version-of-any-content",
        "the key says which object it is",
        "functions/aws/uploads.py",
        """            request["IfMatch"] = f'"{etag}"'\n""",
        "            pass\n",
    ),
    Mutant(
        "other-content-is-a-fault",
        "412 is no answer that S3 gives",
        "functions/aws/uploads.py",
        'case "PreconditionFailed":',
        'case "412":',
    ),
    Mutant(
        "every-denial-is-a-key",
        "a function may read its bucket, so the key is to blame",
        "functions/aws/uploads.py",
        _KEY,
        'code == "AccessDenied"',
    ),
    Mutant(
        "denied-key-retried",
        "a denial may be lifted",
        "functions/aws/uploads.py",
        _KEY,
        'code == "KMS.AccessDenied"',
    ),
    Mutant(
        "throttled-key-is-a-denied-one",
        "what KMS says is about the key",
        "functions/aws/uploads.py",
        '(code.startswith("KMS.") and not passes(error))',
        'code.startswith("KMS.")',
    ),
    Mutant(
        "archived-object-retried",
        "it may be restored meanwhile",
        "functions/aws/uploads.py",
        'case "InvalidObjectState":',
        'case "InvalidObjectStateError":',
    ),
    Mutant(
        "invalid-request-is-a-clients-key",
        "S3 calls SSE-C an invalid request",
        "functions/aws/uploads.py",
        'case "InvalidRequest" if "ncryption" in message:',
        'case "InvalidRequest":',
    ),
    Mutant(
        "nature-of-a-false-gzip-not-told",
        "what is no gzip is damaged",
        "functions/gunzip.py",
        'raise DocumentError("bad_gzip", _nature(head), offset=0)',
        'raise DocumentError("bad_gzip", offset=0)',
    ),
)
