"""The sample NF-e of nfelib, a library that others maintain: what becomes of each."""

from importlib.resources import files
from pathlib import Path

import nfelib
import pytest

from pipeline.functions.errors import DocumentError
from pipeline.functions.invoice import Checked
from pipeline.functions.nfe_xml import XmlReader
from pipeline.functions.outcome import check_record

SAMPLES = Path(str(files(nfelib))) / "nfe" / "samples" / "v4_0"

SERIES = "leiauteNFe/35180834128745000152550010000"

# The customer and the total of those that are stored.
STORED = {
    "leiauteNFe/26180875335849000115550010000016871192213331-nfe.xml": ("MEDICOS, HOSP, IMP. E EXP. LTDA", "5780.00"),
    # Freight.
    f"{SERIES}474281920007498-nfe.xml": ("FULANO DOS SANTOS", "347.28"),
    f"{SERIES}474491454651420-nfe.xml": ("REPRESENTACAO COMERCIAL ALIMENTICIOS LTDA", "173.01"),
    f"{SERIES}474501597356342-nfe.xml": ("COMERCIO DE PRODUTOS ALIMENTICIOS LTDA ME", "175.01"),
    f"{SERIES}474641681223493-nfe.xml": ("REPRESENTACOES EIRELI", "175.01"),
    # ICMS withheld (ST).
    f"{SERIES}476051695511860-nfe.xml": ("SUPERMERCADOS LTDA", "610.37"),
    f"{SERIES}476121675985748-nfe.xml": ("ROBERTO", "9.06"),
    # A discount, ST and IPI.
    f"{SERIES}476491552806942-nfe.xml": ("DANIELA - ME", "879.68"),
    f"{SERIES}476711079516696-nfe.xml": ("Fulano Silva", "24.34"),
    f"{SERIES}476781421693968-nfe.xml": ("REDE DE DISTRIBUICAO LTDA", "313.92"),
    f"{SERIES}476861118934859-nfe.xml": ("COMERCIAL LTDA", "3251.92"),
    "leiauteNFe/41170706117473000150550010000463202612756525-procNFe.xml": (
        "NF-E EMITIDA EM AMBIENTE DE HOMOLOGACAO - SEM VALOR FISCAL",
        "84.90",
    ),
    # An import, whose II is not added.
    "leiauteNFe/42210775277525000178550030000266631762885493-procNFe.xml": (
        "E.G.O. Elektro-Gerätebau GmbH",
        "95700.68",
    ),
    # Freight and IPI.
    "leiauteNFe/42211275277525000178550030000276771368212013-procNFe.xml": ("MARIA DE PEREIRA SILVA", "19606.03"),
    # An export with freight.
    "leiauteNFe/42220575277525000178550030000292481295366801-procNFe.xml": ("Jung Usa Corporation", "64237.04"),
    # Its Id has no "NFe" before the key.
    "leiauteNFe/NFe35200159594315000157550010000000012062777161.xml": (
        "NF-E EMITIDA EM AMBIENTE DE HOMOLOGACAO - SEM VALOR FISCAL",
        "14.00",
    ),
    "procNFe.xml": ("NF-E EMITIDA EM AMBIENTE DE HOMOLOGACAO - SEM VALOR FISCAL", "84.90"),
}

REFUSED = {
    # Made up of two: the key is another company's, and the total another sale's.
    "leiauteNFe/nfe_reforma_tributaria.xml": {("issuer", "/emitente/cnpj"), ("sum", "/itens")},
    # An invented CNPJ, and the CPF 111.111.111-11.
    "nfce_contingencia.xml": {("cnpj", "/emitente/cnpj")},
}

FAILED = {"leiauteInutNFe/41080676472349000430550010000001041671821888-ped-inu.xml": "no_nfe"}


def test_every_sample_is_listed() -> None:
    found = {path.relative_to(SAMPLES).as_posix() for path in SAMPLES.rglob("*.xml")}
    assert found == set(STORED) | set(REFUSED) | set(FAILED)


@pytest.mark.parametrize("name", STORED)
def test_a_sample_is_stored(name: str) -> None:
    [record] = XmlReader([(SAMPLES / name).read_bytes()])
    checked = check_record(record)
    assert isinstance(checked, Checked), checked
    assert (record.value["cliente"], str(record.value["valor"])) == STORED[name]
    assert checked.id in name or name == "procNFe.xml"


@pytest.mark.parametrize("name", REFUSED)
def test_a_sample_is_refused_for_what_is_wrong_with_it(name: str) -> None:
    [record] = XmlReader([(SAMPLES / name).read_bytes()])
    checked = check_record(record)
    assert isinstance(checked, list)
    assert {(reason.code, reason.path) for reason in checked} == REFUSED[name]


@pytest.mark.parametrize("name", FAILED)
def test_a_sample_without_an_nfe_fails(name: str) -> None:
    with pytest.raises(DocumentError) as failed:
        list(XmlReader([(SAMPLES / name).read_bytes()]))
    assert failed.value.code == FAILED[name]
    assert failed.value.message == (
        "the document says that numbers of NF-e stay unused (inutNFe). Upload the XML of an NF-e, whose root is "
        "nfeProc, NFe or enviNFe"
    )
    assert (failed.value.line, failed.value.column) == (2, 1)
