"""Make a stack from the template on any AWS endpoint, or change it. Nothing here removes what a stack holds."""

from hashlib import sha256
from pathlib import Path

from aws_stack import artifacts, buckets, cloudformation, tables
from aws_stack.cloudformation import LONGEST_TEMPLATE_BODY
from aws_stack.clouds import Cloud
from aws_stack.errors import DeployError
from aws_stack.target import Target

from . import api_logs, concurrency, customer_index, ownership
from .package import build
from .parameters import check, check_stack, check_topic, target_of
from .words import _, marked

TEMPLATE = Path(__file__).parent / "template.yaml"
STACK = "notas"

Outputs = dict[str, str]
"""The stack's outputs by name, as the template's section Outputs lists them."""

# What to do about a stack that CloudFormation would not change, by its state:
# https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/view-stack-events.html
_REMEDIES = {
    "DELETE_FAILED": marked("its removal has begun and failed. Finish it with: notas destroy --stack {stack}"),
    "REVIEW_IN_PROGRESS": marked(
        "it is a change set that nobody has executed. Delete it: aws cloudformation delete-stack --stack-name {stack}"
    ),
    "UPDATE_ROLLBACK_FAILED": marked(
        "mend what is named here, and then: aws cloudformation continue-update-rollback --stack-name {stack}"
    ),
}
_WAIT = marked("something else is changing it. Wait until that has ended, and try again")

_ANEW = marked("its first deployment failed. Try again with: notas deploy --stack {stack}")

_FAILED_CREATION = ("ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "CREATE_FAILED")
_GONE = ("DELETE_COMPLETE", "DELETE_SKIPPED")


def prepare(cloud: Cloud, stack: str, parameters: dict[str, str], template: str | None = None) -> Target:
    """What the package has to be built for.

    Raises UsageError if AWS would refuse the stack's name or a parameter, or if somebody else made the stack, and
    DeployError if it cannot be changed now. Nothing was made then.
    """
    check_stack(stack, cloud.region)
    check(parameters, template or TEMPLATE.read_text(encoding="utf-8"))
    check_topic(parameters.get("AlarmTopicArn", ""), cloud.region)
    target = target_of(cloud, parameters)
    _refuse_what_stands_in_the_way(cloud, stack)
    concurrency.check(cloud, stack, int(parameters.get("Concurrency", -1)))
    return target


def deploy(
    cloud: Cloud, stack: str = STACK, parameters: dict[str, str] | None = None, template: str | None = None
) -> Outputs:
    """Build the package and make the stack, or change it to this template.

    `template` is the text of another one than the pipeline's own, with the same parameters. Raises UsageError,
    PackageError and DeployError.
    """
    given = parameters or {}
    package = build(prepare(cloud, stack, given, template))
    text = template or TEMPLATE.read_text(encoding="utf-8")
    status = ownership.find(cloud, stack)
    is_there = status is not None and status not in _FAILED_CREATION
    outdated = customer_index.outdated(cloud, stack) if is_there else None
    texts = [text] if outdated is None else [text, customer_index.without_index(text)]
    files = {package.name: package.read_bytes()}
    files |= {_file_of(one): one.encode() for one in texts if len(one.encode()) > LONGEST_TEMPLATE_BODY}
    code, *large = artifacts.put(cloud, stack, files)
    if status is not None and not is_there:
        # CloudFormation cannot change what a failed first deployment left, only delete it.
        cloudformation.delete(cloud, stack)
    values = {**code.as_code(), **parameters_of(cloud), **given}
    # Also the role that a stack brought which is gone: it stays in the account.
    if "ApiAccessLog" not in values and api_logs.another_has_the_role(cloud, stack):
        values["ApiAccessLog"] = "account"

    urls = {one.key: one.url(cloud) for one in large}

    def bring_to(text: str) -> Outputs:
        name = _file_of(text)
        where = {"TemplateURL": urls[name]} if name in urls else {"TemplateBody": text}
        return cloudformation.bring_to(cloud, stack, where, values, [ownership.TAG], is_there=is_there)

    if outdated is None:
        return bring_to(text)
    return customer_index.make_anew(cloud, outdated, lambda: bring_to(texts[1]), lambda: bring_to(text))


def _file_of(template: str) -> str:
    return f"template-{sha256(template.encode()).hexdigest()[:16]}.yaml"


def _refuse_what_stands_in_the_way(cloud: Cloud, stack: str) -> None:
    """Raise DeployError if the stack is in no state to be changed, or could only be deleted and holds something."""
    status = ownership.find(cloud, stack)
    if status is None:
        return
    remedy = _REMEDIES.get(status, _WAIT if status.endswith("_IN_PROGRESS") else None)
    if remedy is not None:
        failed = [
            f"\n  {one.logical_id} ({one.type}): {one.reason or one.status}"
            for one in cloudformation.resources(cloud, stack)
            if one.status.endswith("_FAILED")
        ]
        raise DeployError(_in_the_way(stack, status, remedy) + "".join(failed))
    if status in _FAILED_CREATION:
        full = [
            f"\n  {one.logical_id}: {one.physical_id}"
            for one in cloudformation.resources(cloud, stack)
            if one.status not in _GONE and _holds_anything(cloud, one)
        ]
        if full:
            why = _(
                "the stack {stack} is in {status}, and can only be removed; but it holds something. Nothing was "
                "changed. Save what you need, and then: notas destroy --stack {stack}. It is in:",
                stack=stack,
                status=status,
            )
            raise DeployError(why + "".join(full))


def _holds_anything(cloud: Cloud, resource: cloudformation.Resource) -> bool:
    match resource.type:
        case "AWS::S3::Bucket":
            return buckets.holds_anything(cloud, resource.physical_id)
        case "AWS::DynamoDB::Table":
            return tables.holds_anything(cloud, resource.physical_id)
    return False


def parameters_of(cloud: Cloud) -> dict[str, str]:
    """The template's parameters that follow from the cloud.

    Outputs and functions learn from these where an emulator serves its APIs. Only this machine reaches an emulator, so
    its API takes requests from everybody.
    """
    return {
        "Runtime": cloud.target.runtime,
        "Architecture": cloud.target.architecture,
        "EndpointUrl": str(cloud.endpoint_url) if cloud.emulated else "",
        "ApiAuthorization": "NONE" if cloud.emulated else "AWS_IAM",
    }


def outputs(cloud: Cloud, stack: str = STACK) -> Outputs:
    """The outputs of a stack that works, also while it is changed, and where a change failed.

    Raises UsageError if somebody else made the stack, and DeployError if there is none that works.
    """
    description = ownership.described(cloud, stack)
    if description is None:
        raise DeployError(
            _(
                "there is no finished stack {stack} in {region}. Make one with: notas deploy",
                stack=stack,
                region=cloud.region,
            )
        )
    status, found = str(description["StackStatus"]), cloudformation.outputs_of(description)
    # CloudFormation gives a stack its outputs once it is made, and a stack that is being removed may have them still.
    if not found or status.startswith("DELETE_"):
        remedy = _ANEW if status in _FAILED_CREATION else _REMEDIES.get(status, _WAIT)
        raise DeployError(_in_the_way(stack, status, remedy))
    return found


def _in_the_way(stack: str, status: str, remedy: str) -> str:
    return _("the stack {stack} is in {status}: {remedy}", stack=stack, status=status, remedy=_(remedy, stack=stack))
