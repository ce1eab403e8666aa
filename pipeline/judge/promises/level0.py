"""Level 0: it runs at all. Nothing has to be declared for it but where it is."""

from pipeline.words import marked

from ..promise import Promise

IMPORTS, TRIGGERED, SAMPLE = "0.1", "0.2", "0.3"

PROMISES = (
    Promise(
        IMPORTS,
        marked("it starts"),
        marked("Lambda can import the handler, by the name that it is given."),
        marked(
            "Give the handler as file.function, seen from the root. Put what the module imports beside it, or name its "
            "requirements in the adapter; for Node, run npm install there. Variables that it reads have to be in the "
            'template, or in the adapter: environment = {{ TABELA = "Notas" }}.'
        ),
    ),
    Promise(
        TRIGGERED,
        marked("its trigger fires"),
        marked("Deployed by its own template, the function is told of an uploaded file by S3, and stores it."),
        marked(
            "Look at the prefix and the suffix of the bucket's notification: S3 compares them letter by letter, and "
            "takes no patterns such as *.json. S3 needs a permission to invoke the function, which SAM makes by "
            "itself. Every variable that the function reads has to be in the template."
        ),
    ),
    Promise(
        SAMPLE,
        marked("its sample is stored"),
        marked("An uploaded file of N invoices makes N rows in the table."),
        marked(
            "Read the object that the event names, and write each of its invoices to the table. Many solutions only "
            "log the event, or write to a table of another name. If your members have other names, give them in the "
            'adapter: members = {{ id = "numero" }}. If your files look different, name one of them there: '
            'sample = "nota.json".'
        ),
    ),
)
