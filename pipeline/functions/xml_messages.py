"""What people are told of an XML document that is none, or holds no NF-e. Sentences as in `messages`."""

from .document_messages import NATURES

_WANTED = "Upload the XML of an NF-e, whose root is nfeProc, NFe or enviNFe"

XML_DOCUMENTS = {
    **{f"not_xml.{hint}": text for hint, text in NATURES.items()},
    "not_xml.picture": "the file is a {format}, not data; upload the XML of the NF-e that it shows",
    "not_xml.json": "the file is JSON; name it .json or .jsonl",
    "not_xml.gzip": "the file is compressed with gzip; name it .xml.gz",
    "not_xml.unknown": "the document is not well-formed XML: {found}",
    "not_xml.mismatch": "the element {name} is not closed before another one ends",
    "not_xml.attribute": "an attribute stands twice in the same tag",
    "not_xml.entity": "an entity is not declared; XML itself knows &amp; &lt; &gt; &quot; and &apos;",
    "not_xml.prefix": "a prefix stands for no namespace",
    "not_xml.declaration": "something stands before <?xml; it has to be the first, without space or line break",
    "not_xml.second": "something follows the end of the XML document; put several NF-e into one element, or upload "
    "each by itself",
    "not_xml.junk": "{found!j} follows the end of the XML document; leave it out",
    "not_xml.encoding": "the text is in another encoding than the XML declaration names",
    "not_xml.declared": "the XML declaration names {encoding}, but the text is UTF-8, so its accents would be misread; "
    'write encoding="UTF-8" in the declaration',
    "not_xml.unknown_encoding": "the XML declaration names the encoding {found!j}; save the text as UTF-8",
    "not_xml.ampersand": "a text has & by itself; write &amp;",
    "not_xml.less_than": "a text has < by itself; write &lt;",
    "not_xml.byte": "byte {found} is not {encoding}; name the text's own encoding in the XML declaration, such as "
    "ISO-8859-1, or save the text as UTF-8",
    "no_nfe": f"the document holds no NFe; its root is {{found}}. {_WANTED}",
    "no_nfe.inside": "the document holds no NFe, although its root is {found}; upload the whole XML of the NF-e",
    "no_nfe.event": f"the document is an event of an NF-e ({{found}}), such as its cancellation. {_WANTED}",
    "no_nfe.unused": f"the document says that numbers of NF-e stay unused ({{found}}). {_WANTED}",
    "no_nfe.summary": f"the document is only the tax office's summary of an NF-e ({{found}}). {_WANTED}",
    "no_nfe.distribution": "the document is an answer of the tax office ({found}) with documents in its docZip, each "
    "in gzip and Base64; take them out, and upload those that are NF-e",
    "no_nfe.answer": f"the document is an answer of the tax office ({{found}}), without the NF-e. {_WANTED}",
    "no_nfe.request": f"the document is a question to the tax office ({{found}}). {_WANTED}",
    "no_nfe.soap": f"the document is a message of a web service ({{found}}), and no NFe is in it. {_WANTED}",
    "no_nfe.other": f"the document is of the kind {{document}} ({{found}}), and only NF-e are read. {_WANTED}",
    "no_nfe.layout": "the document holds an NF-e of layout {found}; only layout {wanted} is read",
    "no_nfe.missing": "the document holds an NFe whose infNFe does not say its layout; versao={wanted!j} belongs there",
    "no_nfe.namespace": "the document holds an NFe in the namespace {found!j}; an NF-e is in {wanted!j}",
    "empty.xml": "the document is empty",
    "truncated.element": "the document ends inside the element {name}",
    "truncated.xml": "the document ends before it is complete",
    "dtd": "the document declares its type with <!DOCTYPE>, which no NF-e does; remove the declaration, and write what "
    "its entities stand for",
    "too_long.token": "the document has more than {most} bytes in one tag, comment or instruction",
    "too_many_names": "the document has more than {most} different names of elements and attributes",
}
