"""Settings of the services: each a part with its embedded default and its alternatives."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr

from workbench.domain.rights.roles import Role


class SettingsPart(BaseModel):
    """A part of the settings: frozen, and without unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class _Database(SettingsPart):
    connect_timeout_seconds: float = Field(
        default=5.0, ge=2, description="time limit to open a connection, for each host of the URL"
    )
    statement_timeout_seconds: float = Field(
        default=30.0, gt=0, description="time limit of a statement of the API and the pages"
    )
    job_statement_timeout_seconds: float = Field(
        default=3600.0, gt=0, description="time limit of a statement of a job or a command"
    )
    schema_statement_timeout_seconds: float = Field(
        default=21600.0, gt=0, description="time limit of a statement of a migration, and of building a vector index"
    )
    idle_transaction_timeout_seconds: float = Field(
        default=120.0, gt=0, description="the server ends an idle transaction of a request after this time"
    )
    lock_timeout_seconds: float = Field(default=10.0, gt=0, description="time limit of a request to wait for a lock")
    pool_timeout_seconds: float = Field(
        default=5.0, gt=0, description="time limit to wait for a free connection of this process"
    )
    pool_size: int = Field(
        default=8, ge=1, le=1000, description="connections that each process keeps open, of each of two pools"
    )
    pool_overflow: int = Field(
        default=8, ge=0, le=1000, description="connections beyond those that each pool may open for a moment"
    )
    network_timeout_seconds: float = Field(
        default=30.0, ge=3, description="a connection without network response counts as lost after this time"
    )


class EmbeddedDatabase(_Database):
    """A PostgreSQL that the workbench starts itself, with its data in `<home>/postgres`."""

    kind: Literal["embedded"] = "embedded"


class PostgresDatabase(_Database):
    """An external PostgreSQL, version 15 or newer, with pgvector; TimescaleDB is used if installed."""

    kind: Literal["postgresql"]
    url: SecretStr = Field(description="postgresql://user:password@host:port/name")
    owner_url: SecretStr | None = Field(
        default=None,
        description="the same with the account that owns the tables, where that of `url` may only read and write rows",
    )
    credentials: str | None = Field(
        default=None,
        min_length=1,
        description="path in Vault that makes accounts: database/creds/workbench; the URL then has none",
    )
    price_chunk_days: int = Field(default=365, ge=1, le=3650, description="with TimescaleDB: length of a chunk of daily bars")
    event_chunk_days: int = Field(
        default=365, ge=1, le=3650, description="with TimescaleDB: length of a chunk of market events"
    )
    compress_after_days: int = Field(default=30, ge=1, description="with TimescaleDB: chunks are compressed at this age")


class FolderObjects(SettingsPart):
    """Objects as files in `<home>/objects`."""

    kind: Literal["folder"] = "folder"


class MinioObjects(SettingsPart):
    """Objects in one bucket of MinIO, S3 or another S3-compatible store."""

    kind: Literal["minio"]
    endpoint: str = Field(description="http(s)://host:port")
    bucket: str = Field(
        default="workbench", min_length=3, max_length=63, description="created by the first write if it is missing"
    )
    access_key: SecretStr
    secret_key: SecretStr
    region: str = "us-east-1"
    timeout_seconds: float = Field(
        default=30.0, gt=0, description="time limit of a call, including its retries; each 64 KiB of an object adds a second"
    )
    versioning: bool = Field(default=False, description="turn on versioning of the bucket")
    keep_versions_days: int | None = Field(default=None, ge=1, description="how long earlier versions stay; None: forever")
    replicate_to: str | None = Field(
        default=None, pattern=r"arn:\S+", description="ARN of the bucket to replicate to; needs versioning on both"
    )
    replication_role: str | None = Field(
        default=None, description="ARN of the role that may write there; for S3, not for MinIO"
    )


class ProcessCache(SettingsPart):
    """Results cached in this process."""

    kind: Literal["process"] = "process"
    entries: int = Field(
        default=10_000, ge=1, description="maximum number of entries; the least recently used ones are dropped"
    )


class RedisCache(SettingsPart):
    """Results cached in Redis 7, for all processes and hosts."""

    kind: Literal["redis"]
    url: SecretStr = Field(description="redis://:password@host:6379/0")
    timeout_seconds: float = Field(
        default=0.5, gt=0, description="time limit of a command; then the result is computed without Redis"
    )


class _Secrets(SettingsPart):
    refresh_seconds: float = Field(
        default=60.0, ge=0, description="how often a process looks for changed secrets; 0: only at its start"
    )


class LocalSecrets(_Secrets):
    """`secret:NAME` is the environment variable NAME, else the file NAME in `<home>/secrets` or `/run/secrets`."""

    kind: Literal["local"] = "local"


class AwsSecrets(_Secrets):
    """`secret:NAME` is the field NAME of one JSON secret in AWS Secrets Manager; boto3 finds the account's keys."""

    kind: Literal["aws"]
    region: str
    name: str = Field(default="workbench", description="of the JSON secret")
    endpoint: str | None = Field(default=None, description="an endpoint other than the one of AWS")


class VaultSecrets(_Secrets):
    """`secret:NAME` is the field NAME of one secret in Vault's or OpenBao's key-value store, version 2."""

    kind: Literal["vault"]
    address: str = Field(description="http(s)://host:8200")
    token: SecretStr | None = Field(default=None, description="or role_id and secret_id, or token_file")
    token_file: Path | None = Field(default=None, description="where an agent stores the token")
    role_id: str | None = Field(default=None, description="of an AppRole")
    secret_id: SecretStr | None = Field(default=None, description="of that AppRole")
    mount: str = "secret"
    path: str = "workbench"
    timeout_seconds: float = Field(default=10.0, gt=0, description="time limit to sign in and read")
    transit: str | None = Field(
        default=None,
        min_length=1,
        description="key of the transit engine that encrypts secrets in the database; None: our own",
    )
    transit_mount: str = "transit"
    aws_region: str | None = Field(
        default=None, description="region of the AWS Secrets Manager to use when Vault does not answer"
    )
    aws_name: str = Field(default="workbench", description="of the JSON secret there")


class _Embeddings(SettingsPart):
    index: Literal["hnsw", "ivfflat"] = Field(default="hnsw", description="vector index, built from 10,000 passages on")


class WordLlamaEmbeddings(_Embeddings):
    """Only the small static model that every kind starts with: 256 dimensions, about 1,400 passages a second."""

    kind: Literal["wordllama"]


class MiniLmEmbeddings(_Embeddings):
    """Also all-MiniLM-L6-v2 from a package, in the background: 384 dimensions, about ten passages a second per core."""

    kind: Literal["minilm"] = "minilm"


class OpenAiEmbeddings(_Embeddings):
    """Also a model at an OpenAI-compatible endpoint, in the background."""

    kind: Literal["openai"]
    url: str = Field(default="https://api.openai.com/v1", description="of the endpoint, without /embeddings")
    model: str = "text-embedding-3-small"
    dimensions: int = Field(default=1536, ge=1, le=2000, description="of the vectors; an index supports at most 2,000")
    sends_dimensions: bool = Field(default=False, description="send the number of dimensions, if the endpoint supports that")
    api_key: SecretStr | None = None
    timeout_seconds: float = Field(
        default=30.0, gt=0, description="time limit of a request with its body; each 64 KiB of a body adds a second"
    )


class NoOcr(SettingsPart):
    """No text recognition: a PDF of pictures alone is refused."""

    kind: Literal["none"] = "none"


class TesseractOcr(SettingsPart):
    """Text recognition by Tesseract, for pages of PDFs that are pictures."""

    kind: Literal["tesseract"]
    program: str = Field(default="tesseract", min_length=1, description="the program: a path, or a name on PATH")
    languages: str = Field(
        default="eng",
        pattern=r"[A-Za-z_]+(?:\+[A-Za-z_]+)*",
        description="of the documents, as Tesseract names them: `eng+deu`",
    )
    timeout_seconds: float = Field(default=60.0, gt=0, le=3600, description="time limit of a page")


class Traces(SettingsPart):
    """Traces of requests and jobs, sent by OpenTelemetry's protocol (OTLP over HTTP)."""

    endpoint: str | None = Field(
        default=None, pattern="^https?://", description="of a collector: http://otel:4318; None: no traces"
    )
    ratio: float = Field(
        default=1.0, ge=0, le=1, description="of traces to record; a collector can choose better, at their end"
    )
    service_name: str = Field(default="workbench", min_length=1, description="what traces call this installation")
    timeout_seconds: float = Field(default=5.0, gt=0, description="time limit to send a batch; nothing else waits for it")


class PasswordSignIn(SettingsPart):
    """Users sign in with a name and a password."""

    kind: Literal["password"] = "password"


class OpenIdSignIn(SettingsPart):
    """Users can also sign in with an OpenID Connect provider, by authorization code and PKCE."""

    kind: Literal["openid"]
    issuer: str = Field(
        pattern=r"^(https://|http://(localhost|127\.0\.0\.1)[:/])[!-\"$->@-~]+$",  # without a query and a fragment
        description="the provider, as its discovery document names it; https unless it is this machine",
    )
    client_id: str = Field(min_length=1, description="of the workbench at the provider")
    client_secret: SecretStr | None = Field(default=None, description="None for a public client")
    name: str = Field(default="single sign-on", min_length=1, description="of the provider, on the sign-in page")
    scopes: str = Field(
        default="openid profile", pattern=r"^([a-z_.:/]+ )*openid( [a-z_.:/]+)*$", description="requested from the provider"
    )
    name_claim: str = Field(default="preferred_username", description="claim with the name of a new account")
    role_claim: str = Field(
        default="groups", description="claim with the user's groups; a dot leads into an object: realm_access.roles"
    )
    roles: Mapping[str, Role] = Field(
        default={}, description="group to role, as JSON; of several the last in the order of roles counts"
    )
    default_role: Role | None = Field(default=None, description="role of users in none of these groups; None: refused")
    timeout_seconds: float = Field(default=10.0, gt=0, description="time limit of a request to the provider with its body")

    def __hash__(self) -> int:  # a dict has no hash
        return hash((self.issuer, self.client_id, self.name, self.role_claim, tuple(sorted(self.roles.items()))))
