"""The language of an answer: that which the request asks for.

https://www.rfc-editor.org/rfc/rfc9110#section-12.5.4
"""

from aws_lambda_powertools.event_handler.api_gateway import APIGatewayRestResolver

from ..language import TAGS, preferred


def of_request(app: APIGatewayRestResolver) -> str:
    """The language that the request prefers of those that are spoken here."""
    return preferred(app.current_event.headers.get("accept-language"))


def headers(language: str) -> dict[str, str]:
    """What an answer in a language says of that, also to caches."""
    return {"Content-Language": TAGS[language], "Vary": "Accept-Language"}
