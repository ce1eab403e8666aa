"""The entry points by which LocalStack finds the rest (`entry_points.txt`). Light, because every start imports them."""

from localstack.runtime import hooks
from localstack.services.lambda_.invocation.plugins import RuntimeExecutorPlugin


class ProcessExecutorPlugin(RuntimeExecutorPlugin):
    """`LAMBDA_RUNTIME_EXECUTOR=process`."""

    name = "process"

    def load(self, *_args, **_kwargs):
        """The executor's class."""
        from .process_executor import ProcessExecutor

        return ProcessExecutor


@hooks.on_infra_start(priority=100)
def serve_dynamodb_from_the_image():
    """Install it before any service is loaded."""
    from . import dynamodb

    dynamodb.install()
