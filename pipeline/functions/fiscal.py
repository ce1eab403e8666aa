"""XML of Brazil's tax offices that is no NF-e: what it is, by its root. Pure.

Roots of the NF-e's own services: Manual de Orientação do Contribuinte, and the schemas of nfe.fazenda.gov.br. Those of
other documents have their name in the root, and each of them has a namespace of its own.
"""

import re

from .messages import Values
from .reasons import shortened

_ROOTS = {
    "event": "evento envEvento retEvento retEnvEvento procEventoNFe cancNFe retCancNFe procCancNFe",
    "unused": "inutNFe retInutNFe procInutNFe ProcInutNFe",
    "summary": "resNFe resEvento resNFe_v1.01 resEvento_v1.01",
    "distribution": "retDistDFeInt loteDistDFeInt",
    "answer": "protNFe infProt retEnviNFe retConsReciNFe retConsSitNFe retConsStatServ retConsCad retConsNFeDest "
    "retDownloadNFe nfeResultMsg retornoDFe",
    "request": "consReciNFe consSitNFe consStatServ ConsCad consNFeDest downloadNFe distDFeInt",
    "soap": "Envelope",
    "inside": "nfeProc NFe enviNFe procNFe",
}
_HINTS = {root: hint for hint, roots in _ROOTS.items() for root in roots.split()}

# The last part of a namespace, and what stands in the names of roots.
_OTHERS = {
    "CT-e": ("cte", r"CTe|GTVe|^cte"),
    "MDF-e": ("mdfe", r"MDFe|^mdfe"),
    "NFS-e": ("nfse", r"N[Ff][Ss][Ee]|^nfse|Rps|RPS|^DPS$"),
    "CF-e": ("cfe", r"CFe"),
    "BP-e": ("bpe", r"BPe|^bpe"),
    "NF3e": ("nf3e", r"NF3e|^nf3e"),
    "NFCom": ("nfcom", r"NFCom|^nfcom"),
    "DC-e": ("dce", r"DCe|^dce"),
}


def what_it_is(root: str, namespace: str = "") -> Values:
    """The values of the sentence for a document with this root that holds no NF-e."""
    found = shortened(root)
    if document := _other(root, namespace):
        return {"hint": "other", "found": found, "document": document}
    hint = _HINTS.get(root)
    return {"hint": hint, "found": found} if hint else {"found": found}


def _other(root: str, namespace: str) -> str | None:
    folder = namespace.rstrip("/").removesuffix(".xsd").rpartition("/")[2].lower()
    for document, (last, names) in _OTHERS.items():
        # Not inside of a word, as in TBPedidos.
        if folder == last or re.search(f"(?:{names})(?![a-z])", root):
            return document
    return None
