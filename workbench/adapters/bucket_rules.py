"""The rules of a bucket, set once: whether earlier versions of objects stay, for how long, and where copies go."""

from __future__ import annotations

from dataclasses import dataclass

from minio import Minio
from minio.commonconfig import DISABLED, ENABLED, Filter
from minio.error import S3Error
from minio.lifecycleconfig import LifecycleConfig, NoncurrentVersionExpiration
from minio.lifecycleconfig import Rule as ExpiryRule
from minio.replicationconfig import DeleteMarkerReplication, Destination, ReplicationConfig
from minio.replicationconfig import Rule as CopyRule
from minio.versioningconfig import VersioningConfig

from workbench.domain.errors import SetupError

_RULE = "workbench"
_NONE_YET = {"NoSuchLifecycleConfiguration", "ReplicationConfigurationNotFoundError"}
_UNSUPPORTED = {"NotImplemented", "MethodNotAllowed"}


@dataclass(frozen=True, slots=True)
class BucketRules:
    """`replicate_to` is the ARN of another bucket, `replication_role` that of the role which may write there, on S3.

    Without `keep_versions_days` earlier versions stay for ever.
    """

    is_versioned: bool = False
    keep_versions_days: int | None = None
    replicate_to: str | None = None
    replication_role: str | None = None

    @property
    def is_any(self) -> bool:
        """Whether there is any rule to set; without one the bucket stays as its owner made it."""
        return self.is_versioned or self.replicate_to is not None


def apply_rules(client: Minio, bucket: str, rules: BucketRules) -> None:
    """Brings the bucket to the rules and reads them back; rules that stand already are not written again.

    Raises SetupError for a store that has no versions, or accepts the rules and does not store them.
    """
    if not rules.is_any:
        return
    try:
        _keep_versions(client, bucket)
        if rules.keep_versions_days is not None:
            _expire_versions(client, bucket, rules.keep_versions_days)
        if rules.replicate_to is not None:
            _replicate(client, bucket, rules.replicate_to, rules.replication_role)
    except S3Error as error:
        if error.code not in _UNSUPPORTED:
            raise
        raise _cannot("keep versions of objects") from error


def _keep_versions(client: Minio, bucket: str) -> None:
    if client.get_bucket_versioning(bucket_name=bucket).status == ENABLED:
        return
    client.set_bucket_versioning(bucket_name=bucket, config=VersioningConfig(ENABLED))
    if client.get_bucket_versioning(bucket_name=bucket).status != ENABLED:
        raise _cannot("keep versions of objects")


def _expire_versions(client: Minio, bucket: str, days: int) -> None:
    if _expiry_days(client, bucket) == days:
        return
    expiry = NoncurrentVersionExpiration(noncurrent_days=days)
    rule = ExpiryRule(ENABLED, rule_id=_RULE, rule_filter=Filter(prefix=""), noncurrent_version_expiration=expiry)
    others = [each for each in _lifecycle(client, bucket) if each.rule_id != _RULE]
    client.set_bucket_lifecycle(bucket_name=bucket, config=LifecycleConfig([*others, rule]))
    if _expiry_days(client, bucket) != days:
        raise _cannot("let earlier versions end")


def _replicate(client: Minio, bucket: str, target: str, role: str | None) -> None:
    if _copied_to(client, bucket) == target:
        return
    rule = CopyRule(
        ENABLED,
        rule_filter=Filter(prefix=""),
        rule_id=_RULE,
        destination=Destination(target),
        delete_marker_replication=DeleteMarkerReplication(DISABLED),  # type: ignore[no-untyped-call]
        priority=1,
    )
    client.set_bucket_replication(bucket_name=bucket, config=ReplicationConfig(role or "", [rule]))
    if _copied_to(client, bucket) != target:
        raise _cannot("copy objects to another bucket")


def _lifecycle(client: Minio, bucket: str) -> list[ExpiryRule]:
    try:
        config = client.get_bucket_lifecycle(bucket_name=bucket)
    except S3Error as error:
        if error.code in _NONE_YET:
            return []
        raise
    return list(config.rules) if config is not None else []


def _expiry_days(client: Minio, bucket: str) -> int | None:
    for rule in _lifecycle(client, bucket):
        if rule.rule_id == _RULE and rule.noncurrent_version_expiration is not None:
            return rule.noncurrent_version_expiration.noncurrent_days
    return None


def _copied_to(client: Minio, bucket: str) -> str | None:
    try:
        config = client.get_bucket_replication(bucket_name=bucket)
    except S3Error as error:
        if error.code in _NONE_YET:
            return None
        raise
    for rule in config.rules if config is not None else []:
        if rule.status == ENABLED and rule.destination is not None:
            return rule.destination.bucket_arn
    return None


def _cannot(what: str) -> SetupError:
    return SetupError(
        f"the object store does not {what}",
        hint="leave WORKBENCH_OBJECTS__VERSIONING and WORKBENCH_OBJECTS__REPLICATE_TO out, or use a store that does",
    )
