"""The entry points by which LocalStack finds the rest (`entry_points.txt`). Light, because every start imports them."""

from localstack import config
from localstack.runtime import hooks
from localstack.services.lambda_.invocation.plugins import RuntimeExecutorPlugin


class ProcessExecutorPlugin(RuntimeExecutorPlugin):
    """`LAMBDA_RUNTIME_EXECUTOR=process`."""

    name = "process"

    def load(self, *_args, **_kwargs):
        """The executor's class."""
        from .process_executor import ProcessExecutor

        return ProcessExecutor


@hooks.on_runtime_create()
def serve_dynamodb_from_the_image():
    """Start the database first, while LocalStack imports the rest."""
    from localstack.utils.bootstrap import is_api_enabled

    from . import dynamodb

    dynamodb.install()
    if config.EAGER_SERVICE_LOADING and is_api_enabled("dynamodb"):
        dynamodb.start_ahead()


@hooks.on_runtime_create(should_load=lambda: ProcessExecutorPlugin.name == config.LAMBDA_RUNTIME_EXECUTOR)
def create_functions_at_once():
    """Let CreateFunction return without waiting: this image's functions are active at once.

    `LAMBDA_SYNCHRONOUS_CREATE` would make LocalStack look whether they are only after half a second:
    https://github.com/localstack/localstack/blob/v4.14.0/localstack-core/localstack/services/lambda_/provider.py
    """
    config.LAMBDA_SYNCHRONOUS_CREATE = False


@hooks.on_infra_start(priority=100)
def load_services_one_request_at_a_time():
    """Before any request is served."""
    from . import service_loading

    service_loading.install()
