"""The deployment package comes from the account's own bucket, and is the one that was built."""

import base64
import json
from hashlib import sha256

import pytest

from aws_stack import artifacts, buckets
from aws_stack.artifacts import Artifact
from aws_stack.clouds import Cloud
from aws_stack.clouds.standing import AWS_TARGET
from aws_stack.errors import DeployError

from .aws import Aws, Bucket

OWN, OTHER = "111111111111", "222222222222"
NAME = f"notas-artifacts-{OWN}-sa-east-1"
PACKAGE = b"the package"


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Aws:
    return Aws().instead_of_the_network(monkeypatch)


CLOUD = Cloud("aws", "sa-east-1", AWS_TARGET, account=OWN)


def put(cloud: Cloud = CLOUD) -> Artifact:
    [code] = artifacts.put(cloud, "notas", {"package.zip": PACKAGE})
    return code


def deployed(aws: Aws, code: Artifact) -> bytes:
    """What AWS would take."""
    [body] = [
        body for key, version, body in aws.buckets[code.bucket].versions if (key, version) == (code.key, code.version)
    ]
    return body


def test_a_package_goes_into_a_bucket_of_the_accounts_own(aws: Aws) -> None:
    code = put()
    assert code.bucket == NAME
    assert aws.buckets[NAME].owner == OWN
    assert deployed(aws, code) == PACKAGE


@pytest.mark.parametrize("is_open", [True, False])
def test_another_accounts_bucket_of_that_name_is_refused_and_nothing_of_it_deployed(aws: Aws, is_open: bool) -> None:
    theirs = aws.buckets[NAME] = Bucket(OTHER, "sa-east-1", is_open, versions=[("package.zip", "v0", b"malware")])
    with pytest.raises(DeployError, match=rf"^the bucket {NAME} belongs to another account, .* by --stack$"):
        put()
    assert theirs.versions == [("package.zip", "v0", b"malware")]
    assert theirs.settings == {}


def test_a_bucket_that_another_account_makes_at_the_same_moment_is_refused(
    aws: Aws, monkeypatch: pytest.MonkeyPatch
) -> None:
    make = buckets.make

    def overtaken(cloud: Cloud, name: str) -> None:
        aws.buckets[name] = Bucket(OTHER, "sa-east-1", open=True)
        make(cloud, name)

    monkeypatch.setattr(buckets, "make", overtaken)
    with pytest.raises(DeployError, match="belongs to another account"):
        put()
    assert aws.buckets[NAME].versions == []


def test_a_bucket_that_the_same_account_makes_at_the_same_moment_is_taken(
    aws: Aws, monkeypatch: pytest.MonkeyPatch
) -> None:
    make = buckets.make

    def overtaken(cloud: Cloud, name: str) -> None:
        make(cloud, name)
        make(cloud, name)

    monkeypatch.setattr(buckets, "make", overtaken)
    assert deployed(aws, put()) == PACKAGE


def test_every_call_to_the_bucket_says_whose_it_has_to_be(aws: Aws) -> None:
    put()
    put()
    artifacts.remove(CLOUD, "notas")
    about_it = [(name, given) for name, given in aws.calls if given.get("Bucket") == NAME]
    # CreateBucket cannot say it, and refuses a name that is taken.
    assert {name for name, given in about_it if given.get("ExpectedBucketOwner") != OWN} == {"CreateBucket"}
    assert {"HeadBucket", "PutObject", "HeadObject", "DeleteObjects", "DeleteBucket"} <= {name for name, _ in about_it}


def test_the_bucket_is_private_versioned_encrypted_and_for_tls_only(aws: Aws) -> None:
    put()
    settings = aws.buckets[NAME].settings
    assert set(settings["PutPublicAccessBlock"]["PublicAccessBlockConfiguration"].values()) == {True}
    assert settings["PutBucketOwnershipControls"]["OwnershipControls"] == {
        "Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]
    }
    assert settings["PutBucketEncryption"]["ServerSideEncryptionConfiguration"]["Rules"] == [
        {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}
    ]
    assert settings["PutBucketVersioning"]["VersioningConfiguration"] == {"Status": "Enabled"}
    [statement] = json.loads(settings["PutBucketPolicy"]["Policy"])["Statement"]
    assert (statement["Effect"], statement["Principal"], statement["Action"]) == ("Deny", "*", "s3:*")
    assert statement["Resource"] == [f"arn:aws:s3:::{NAME}", f"arn:aws:s3:::{NAME}/*"]
    assert statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


def test_a_bucket_that_was_made_long_ago_is_protected_too(aws: Aws) -> None:
    aws.buckets[NAME] = Bucket(OWN, "sa-east-1")
    put()
    assert {"PutPublicAccessBlock", "PutBucketPolicy", "PutBucketVersioning"} <= set(aws.buckets[NAME].settings)


def test_a_package_that_is_there_is_not_put_again(aws: Aws) -> None:
    assert put() == put()
    assert len(aws.named("PutObject")) == 1


def test_other_bytes_under_the_packages_name_are_not_deployed(aws: Aws) -> None:
    first = put()
    aws.buckets[NAME].versions.append((first.key, "v99", b"other bytes"))
    second = put()
    assert second.version not in (first.version, "v99")
    assert deployed(aws, second) == PACKAGE


def test_a_package_from_before_the_bucket_was_versioned_is_put_again(aws: Aws) -> None:
    aws.buckets[NAME] = Bucket(OWN, "sa-east-1", versions=[("package.zip", "null", PACKAGE)])
    assert put().version != "null"


def test_a_bucket_that_keeps_no_versions_yet_is_waited_for(aws: Aws) -> None:
    aws.unversioned_puts = 2
    assert put().version != "null"
    assert len(aws.named("PutObject")) == 3


def test_s3_is_told_the_digest_to_check(aws: Aws) -> None:
    put()
    [given] = aws.named("PutObject")
    assert given["ChecksumSHA256"] == base64.b64encode(sha256(PACKAGE).digest()).decode()


@pytest.mark.parametrize("region", ["us-east-1", "sa-east-1", "eu-west-1"])
def test_the_bucket_is_in_the_stacks_region(aws: Aws, region: str) -> None:
    code = put(Cloud("aws", region, AWS_TARGET, account=OWN))
    assert aws.buckets[code.bucket].region == region


def test_another_accounts_bucket_is_not_removed(aws: Aws) -> None:
    aws.buckets[NAME] = Bucket(OTHER, "sa-east-1", open=True)
    assert not artifacts.exists(CLOUD, "notas")
    artifacts.remove(CLOUD, "notas")
    assert NAME in aws.buckets


@pytest.mark.parametrize(
    ("region", "url"),
    [
        ("sa-east-1", f"https://s3.sa-east-1.amazonaws.com/{NAME}/template.yaml?versionId=v%2B1"),
        ("cn-north-1", f"https://s3.cn-north-1.amazonaws.com.cn/{NAME}/template.yaml?versionId=v%2B1"),
    ],
)
def test_cloudformation_is_told_the_version_of_a_template(aws: Aws, region: str, url: str) -> None:
    cloud = Cloud("aws", region, AWS_TARGET, account=OWN)
    assert Artifact(NAME, "template.yaml", "v+1").url(cloud) == url
