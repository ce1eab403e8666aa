"""LocalStack in a container, or another emulator that serves AWS on port 4566 with LocalStack's health page."""

import os
import shlex
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from ipaddress import ip_network

import requests
from docker.errors import DockerException, ImageNotFound
from testcontainers.community.localstack import LocalStackContainer
from testcontainers.core.config import ConnectionMode, get_docker_socket, testcontainers_config
from testcontainers.core.container import DockerContainer
from testcontainers.core.docker_client import DockerClient
from testcontainers.core.network import Network

from ..errors import CloudError, UsageError
from ..interrupts import uninterrupted
from ..target import Target
from ..words import _
from . import engine
from .cloud import Cloud
from .image import IMAGE
from .local import ACCOUNT, HOST, REGION, refuse_a_taken

PORT = 4566
RUNTIME = "python3.13"

HOST_OF_ENGINE = "host.docker.internal"
"""This machine, as a container sees it."""

SERVICES = "apigateway,cloudformation,cloudwatch,dynamodb,iam,kms,lambda,logs,s3,sns,sqs,ssm,sts"
"""What is ready from the start. Others are loaded when they are first asked."""

_SOCKET = "/var/run/docker.sock"


class _Container(LocalStackContainer):
    """Without its wait for a line of LocalStack's log, which no other emulator writes."""

    def start(self, timeout: float = 0) -> "_Container":  # noqa: ARG002 - its own signature
        DockerContainer.start(self)
        return self


def at(image: str, port: int, why: str = "") -> Cloud:
    """The cloud on `port` of the engine's host, whichever process started it or will. Raises CloudError."""
    return _at(engine.connect(), image, port, why)


def _at(client: DockerClient, image: str, port: int, why: str) -> Cloud:
    arm = client.client.info()["Architecture"] in ("aarch64", "arm64")
    return Cloud(
        name="localstack",
        region=REGION,
        target=Target(RUNTIME, "arm64" if arm else "x86_64"),
        endpoint_url=f"http://{_host(client)}:{port}",
        account=ACCOUNT,
        why=why,
        version=image,
        temporary=True,
        emulated=True,
        this_machine=HOST_OF_ENGINE,
    )


def _host(client: DockerClient) -> str:
    """Where the engine publishes ports."""
    if testcontainers_config.tc_host_override or client.get_connection_mode() is ConnectionMode.docker_host:
        host = client.host()
        return HOST if host == "localhost" else host
    # This process runs in a container itself. The engine's host is the gateway of every bridge; by default, which an
    # engine may leave unsaid, that is the network's first address.
    bridge = client.client.networks.get("bridge").attrs["IPAM"]["Config"][0]
    return str(bridge.get("Gateway") or next(ip_network(bridge["Subnet"]).hosts()))


@contextmanager
def launch(image: str, port: int, why: str = "", retry_seconds: float = 1.0) -> Iterator[Cloud]:
    """A cloud that lives as long as the `with` block, on `port`; it may not answer yet.

    `retry_seconds`, of which LocalStack takes whole ones, is how long Lambda waits before it retries a failed event.
    Raises UsageError where the port is taken, CloudError where the container cannot be started.
    """
    client = engine.connect()
    cloud = _at(client, image, port, why)
    if cloud.endpoint_url == f"http://{HOST}:{port}":
        refuse_a_taken(port)
    # testcontainers' reaper is one more image of others, with the engine's socket in it. The run's label does its work.
    testcontainers_config.ryuk_disabled = True
    with engine.owned(client) as labels:
        try:
            # The engine obeys a request that was cut short too, maybe after everything else was removed.
            container = uninterrupted(_start, cloud, image, port, labels, retry_seconds)
        except (DockerException, requests.RequestException) as error:
            if "already allocated" in str(error) or "already in use" in str(error):
                # On another machine than this one, only the engine can tell.
                raise UsageError(
                    _("cannot use port {port} of the Docker engine. Choose another with {port_option}", port=port)
                ) from None
            raise CloudError(_why_not(image, error)) from None
        yield replace(cloud, check=lambda: _check(container, image), log_lines=lambda: _log_lines(container))


def _start(cloud: Cloud, image: str, port: int, labels: dict[str, str], retry_seconds: float) -> _Container:
    network = Network(docker_network_kw={"labels": labels}).create()
    container = _Container(image, edge_port=PORT, region_name=cloud.region)
    name = f"aws-stack-{network.name[:8]}"
    to_this_machine = {HOST_OF_ENGINE: "host-gateway"}
    container.with_name(name).with_network(network).with_bind_ports(PORT, port)
    container.with_kwargs(labels=labels, extra_hosts=to_this_machine)
    # LocalStack's docker executor runs functions in containers beside its own: with the run's labels and network.
    container.with_volume_mapping(get_docker_socket(), _SOCKET, "rw")
    flags = [word for label in labels.items() for word in ("--label", "=".join(label))]
    flags += [word for pair in to_this_machine.items() for word in ("--add-host", ":".join(pair))]
    container.with_envs(
        DOCKER_HOST=f"unix://{_SOCKET}",
        MAIN_CONTAINER_NAME=name,
        MAIN_DOCKER_NETWORK=network.name,
        LAMBDA_DOCKER_NETWORK=network.name,
        LAMBDA_DOCKER_FLAGS=shlex.join(flags),
        # An engine that has to pull a function's image first, or has much to do.
        LAMBDA_RUNTIME_ENVIRONMENT_TIMEOUT="120",
        # A stack looks whether a new function is active once a second; creating it does twice a second.
        LAMBDA_SYNCHRONOUS_CREATE="1",
        LAMBDA_RETRY_BASE_DELAY=str(max(1, round(retry_seconds))),
        # Names it gives out, such as queues' URLs, lead back to it from this machine.
        LOCALSTACK_HOST=f"{cloud.endpoint_url}".removeprefix("http://"),
        SQS_ENDPOINT_STRATEGY="path",
        # Loaded before the first question, not at it.
        SERVICES=SERVICES,
        EAGER_SERVICE_LOADING="1",
        # Else there would be no others: https://docs.localstack.cloud/aws/customization/configuration-options/
        STRICT_SERVICE_LOADING="0",
        DYNAMODB_IN_MEMORY="1",
        DISABLE_EVENTS="1",
        SKIP_SSL_CERT_DOWNLOAD="1",
    )
    if token := os.environ.get("LOCALSTACK_AUTH_TOKEN"):
        container.with_env("LOCALSTACK_AUTH_TOKEN", token)
    return container.start()


def _why_not(image: str, error: Exception) -> str:
    text = getattr(error, "explanation", None) or str(error)
    facts = {"image": image, "error": text}
    if isinstance(error, ImageNotFound):
        return _(
            "the image {image} is not here ({error}). Get one: {get_image}; or use {cloud_option} embedded", **facts
        )
    if "no space left" in text:
        return _("the Docker engine has no room left for {image} ({error}). Make some: docker system prune", **facts)
    return _("the Docker engine cannot start {image} ({error}). Try again, or use {cloud_option} embedded", **facts)


def _check(container: _Container, image: str) -> None:
    try:
        container.reload()
        if container.status == "running":
            return
        code = container.get_wrapped_container().attrs["State"]["ExitCode"]
        last = " / ".join(_log_lines(container)[-5:]) or _("empty")
    except (DockerException, requests.RequestException) as error:
        raise CloudError(_("the container of {image} is gone: {error}", image=image, error=error)) from None
    hint = ""
    if any(word in last.lower() for word in ("auth token", "auth_token", "license")):
        hint = " " + _(
            "It asks for a licence: export LOCALSTACK_AUTH_TOKEN=…, or use {image_option} {image}.", image=IMAGE
        )
    ended = _("the container of {image} ended by itself, with exit code {code}.", image=image, code=code)
    raise CloudError(f"{ended}{hint} {_('Its log: {lines}', lines=last)}")


def _log_lines(container: _Container) -> list[str]:
    text: bytes = container.get_wrapped_container().logs(tail=30)
    return text.decode(errors="replace").splitlines()
