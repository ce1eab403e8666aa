"""A service's first requests, when they come at the same time.

LocalStack notes that a service is loaded before it has noted what the service's operations are:
https://github.com/localstack/localstack/blob/v4.14.0/localstack-core/localstack/aws/handlers/service_plugin.py
A request that comes between the two is refused: "no handler for operation 'CreateRole' on service 'iam'".
"""

from localstack.aws.handlers.service_plugin import ServiceLoader


def install() -> None:
    """Have a request wait until the service is loaded whole."""
    load = ServiceLoader.require_service

    def require_service(loader, chain, context, response):
        if not context.service:
            return None
        with loader.service_locks[context.service.service_name]:
            return load(loader, chain, context, response)

    ServiceLoader.require_service = require_service
