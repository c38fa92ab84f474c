"""All settings, read once per entry point from the environment and `<home>/workbench.env`, and passed on from there.

Names are `WORKBENCH_` and the field in capitals; nested fields are joined by two underscores (`WORKBENCH_DATABASE__URL`).
`docs/settings.md` lists all of them.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

import platformdirs
from dotenv import dotenv_values
from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, SettingsError

from workbench.domain.alerts.delivery_times import parse_zone
from workbench.domain.errors import InvalidRequest, SetupError
from workbench.settings_file import PREFIX, SETTINGS_HINT, FileSettings, refuse_unknown


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class _Database(_Part):
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
    price_chunk_days: int = Field(default=365, ge=1, le=3650, description="with TimescaleDB: length of a chunk of daily bars")
    event_chunk_days: int = Field(
        default=365, ge=1, le=3650, description="with TimescaleDB: length of a chunk of market events"
    )
    compress_after_days: int = Field(default=30, ge=1, description="with TimescaleDB: chunks are compressed at this age")


class FolderObjects(_Part):
    """Objects as files in `<home>/objects`."""

    kind: Literal["folder"] = "folder"


class MinioObjects(_Part):
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


class ProcessCache(_Part):
    """Results cached in this process."""

    kind: Literal["process"] = "process"
    entries: int = Field(
        default=10_000, ge=1, description="maximum number of entries; the least recently used ones are dropped"
    )


class RedisCache(_Part):
    """Results cached in Redis 7, for all processes and hosts."""

    kind: Literal["redis"]
    url: SecretStr = Field(description="redis://:password@host:6379/0")
    timeout_seconds: float = Field(
        default=0.5, gt=0, description="time limit of a command; then the result is computed without Redis"
    )


class LocalSecrets(_Part):
    """`secret:NAME` is the environment variable NAME, else the file NAME in `<home>/secrets` or `/run/secrets`."""

    kind: Literal["local"] = "local"


class AwsSecrets(_Part):
    """`secret:NAME` is the field NAME of one JSON secret in AWS Secrets Manager; boto3 finds the account's keys."""

    kind: Literal["aws"]
    region: str
    name: str = Field(default="workbench", description="of the JSON secret")
    endpoint: str | None = Field(default=None, description="an endpoint other than the one of AWS")


class VaultSecrets(_Part):
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
    aws_region: str | None = Field(
        default=None, description="region of the AWS Secrets Manager to use when Vault does not answer"
    )
    aws_name: str = Field(default="workbench", description="of the JSON secret there")


class _Embeddings(_Part):
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


class Edgar(_Part):
    """The source of filings."""

    url: str = Field(
        default="https://www.sec.gov",
        description="the SEC (data.sec.gov is used for its own paths), another base URL, or a folder with the same paths",
    )
    requests_per_second: float = Field(default=8.0, gt=0, le=10, description="request limit of all processes of this home")
    cooldown_seconds: float = Field(default=600.0, ge=0, description="pause after the SEC's rate-limit page")
    timeout_seconds: float = Field(
        default=30.0, gt=0, description="time limit of a request with its body; each 64 KiB of a body adds a second"
    )
    attempts: int = Field(
        default=4, ge=1, le=10, description="maximum number of tries of a request, with back-off between them"
    )


class AlphaVantage(_Part):
    """The source of daily prices."""

    url: str = "https://www.alphavantage.co"
    api_key: SecretStr | None = Field(default=None, description="without one, `workbench prices` sends no requests")
    adjusted: bool = Field(default=False, description="also load adjusted closes; needs a paid plan")
    requests_per_minute: float = Field(default=5.0, gt=0, le=1200, description="request limit of all processes of this home")
    timeout_seconds: float = Field(
        default=30.0, gt=0, description="time limit of a request with its body; each 64 KiB of a body adds a second"
    )


class NewsApi(_Part):
    """The source of news."""

    url: str = Field(default="https://newsapi.org", description="NewsAPI, or a server with the same paths")
    api_key: SecretStr | None = Field(default=None, description="without one, `workbench news` lists only stored articles")
    language: str = Field(default="en", pattern="[a-z]{2}", description="of the articles, as a two-letter code")
    pages: int = Field(default=1, ge=1, le=100, description="pages of a hundred articles; the free plan provides one")
    requests_per_minute: float = Field(default=30.0, gt=0, le=1200, description="request limit of all processes of this home")
    timeout_seconds: float = Field(
        default=30.0, gt=0, description="time limit of a request with its body; each 64 KiB of a body adds a second"
    )


class LocalFanOut(_Part):
    """Parallel work runs in processes of this machine."""

    kind: Literal["local"] = "local"
    workers: int = Field(default=0, ge=0, le=256, description="0: one for each processor")


class RayFanOut(_Part):
    """Parallel work runs on a Ray cluster; its nodes need this version and access to database and objects."""

    kind: Literal["ray"]
    address: str | None = Field(default=None, description="of the cluster; without one, Ray is started on this machine")
    workers: int = Field(default=0, ge=0, le=4096, description="tasks at a time; 0: one for each processor of the cluster")


class Flows(_Part):
    """The scheduled jobs."""

    enabled: bool = Field(default=True, description="`workbench up` runs the scheduled jobs")
    keep_runs_days: int = Field(default=90, ge=1, description="records of older runs are deleted")
    keep_snapshots_days: int = Field(default=30, ge=1, description="older daily snapshots of the lake are removed")
    keep_events_days: int | None = Field(
        default=None, ge=31, description="older market events move from the table to Parquet files; None: all stay"
    )


def _valid(parse: Callable[[str], str], text: str) -> str:
    """The result of `parse`, its InvalidRequest as the ValueError that pydantic expects."""
    try:
        return parse(text)
    except InvalidRequest as error:
        raise ValueError(error.message) from None


class Alerts(_Part):
    """Notification channels."""

    channels: Mapping[str, SecretStr] = Field(default={}, description="name to Apprise address: mailto://, slack://, json://")
    time_zone: str = Field(default="UTC", description="default of quiet hours and digests")

    @field_validator("channels")
    @classmethod
    def _named(cls, channels: Mapping[str, SecretStr]) -> Mapping[str, SecretStr]:
        from workbench.domain.alerts.rules import parse_channel  # imports much of the domain, so only when a channel is set

        return {_valid(parse_channel, name): address for name, address in channels.items()}

    @field_validator("time_zone")
    @classmethod
    def _known(cls, zone: str) -> str:
        return _valid(parse_zone, zone)

    def __hash__(self) -> int:  # settings are dictionary keys in workers, and a dict has no hash
        return hash((tuple(sorted(self.channels)), self.time_zone))


class LakeLimits(_Part):
    """Limits of a query of the lake."""

    seconds: float = Field(default=300.0, gt=0, description="time limit")
    megabytes: int = Field(default=2000, ge=100, description="memory limit")


class Marts(_Part):
    """Tables for reports and spreadsheets, built by dbt."""

    dbt: str = Field(default="dbt", description="its executable, as a path or a name on PATH; without dbt there are no marts")
    timeout_seconds: float = Field(default=3600.0, gt=0, description="time limit of each of the two commands of a build")


class Logs(_Part):
    """The log of a long-running process, on standard error."""

    format: Literal["text", "json"] = "text"
    level: Literal["debug", "info", "warning", "error"] = "warning"


class Server(_Part):
    """The process behind `workbench up`."""

    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=0, le=65535)
    public_address: str | None = Field(
        default=None,
        pattern="^https?://[^/]+(/[^?#]*)?$",
        description="public address of the pages, for links in notifications",
    )
    token_minutes: int = Field(default=30, ge=1, le=1440)
    secret_key: SecretStr | None = Field(
        default=None, description="signs access tokens; by default created at first start and stored in the home folder"
    )
    metrics_token: SecretStr | None = Field(default=None, min_length=16, description="lets Prometheus read /metrics")
    unused_session_seconds: float = Field(
        default=120.0, gt=0, description="how long a page waits in memory for its browser; later it is built again"
    )

    @property
    def address(self) -> str:
        """The public address of the pages, without a slash at its end."""
        if self.public_address is not None:
            return self.public_address.rstrip("/")
        host = "127.0.0.1" if self.host in ("0.0.0.0", "::") else self.host  # noqa: S104
        return f"http://[{host}]:{self.port}" if ":" in host else f"http://{host}:{self.port}"


_KINDS = {
    "embedded", "postgresql", "folder", "minio", "process", "redis", "aws", "vault", "local", "ray",
    "wordllama", "minilm", "openai",
}  # fmt: skip


def default_home() -> Path:
    """The platform's data folder for one user, or the system's for root."""
    if os.name == "posix" and os.geteuid() == 0:
        return Path("/var/lib/corporate-intel-workbench")
    return Path(platformdirs.user_data_dir("corporate-intel-workbench"))


class Settings(BaseSettings):
    """All settings, frozen. Create with `Settings.load()`, which raises a SetupError that names a wrong or unknown setting."""

    model_config = SettingsConfigDict(
        frozen=True, extra="ignore", env_prefix=PREFIX, env_nested_delimiter="__", env_ignore_empty=True,
        hide_input_in_errors=True,
    )  # fmt: skip

    home: Path = Field(default_factory=default_home, description="folder of everything embedded")
    environment: Literal["development", "production"] = "development"
    debug: bool = Field(default=False, description="commands show the full traceback of an unexpected error")
    contact: str | None = Field(default=None, description="your name and e-mail address, sent to the SEC with each request")
    database: Annotated[EmbeddedDatabase | PostgresDatabase, Field(discriminator="kind")] = EmbeddedDatabase()
    objects: Annotated[FolderObjects | MinioObjects, Field(discriminator="kind")] = FolderObjects()
    cache: Annotated[ProcessCache | RedisCache, Field(discriminator="kind")] = ProcessCache()
    secrets: Annotated[LocalSecrets | AwsSecrets | VaultSecrets, Field(discriminator="kind")] = LocalSecrets()
    embeddings: Annotated[WordLlamaEmbeddings | MiniLmEmbeddings | OpenAiEmbeddings, Field(discriminator="kind")] = (
        MiniLmEmbeddings()
    )
    edgar: Edgar = Edgar()
    alpha_vantage: AlphaVantage = AlphaVantage()
    news_api: NewsApi = NewsApi()
    fan_out: Annotated[LocalFanOut | RayFanOut, Field(discriminator="kind")] = LocalFanOut()
    flows: Flows = Flows()
    lake: LakeLimits = LakeLimits()
    marts: Marts = Marts()
    alerts: Alerts = Alerts()
    server: Server = Server()
    logs: Logs = Logs()

    @classmethod
    def load(cls, **overrides: Any) -> Settings:
        """Reads the environment, then `<home>/workbench.env` for settings missing there; `overrides` win."""
        home = Path(overrides.get("home") or os.environ.get(f"{PREFIX}HOME") or default_home()).expanduser()
        file = home / "workbench.env"
        try:
            stored = dotenv_values(file) if file.is_file() else {}
            refuse_unknown([*os.environ, *stored], cls.model_fields)
            return cls(_env_file=file if stored else None, **overrides)  # type: ignore[call-arg]
        except ValidationError as error:
            problems = "; ".join(f"{_variable(item['loc'])}: {item['msg']}" for item in error.errors())
            raise SetupError(f"settings are wrong: {problems}", hint=SETTINGS_HINT) from None
        except SettingsError as error:
            raise SetupError(f"settings are wrong: {error}", hint=SETTINGS_HINT) from None
        except (OSError, UnicodeDecodeError) as error:
            raise SetupError(f"{file} cannot be read: {error}", hint="fix it or remove it") from error

    @classmethod
    def settings_customise_sources(  # noqa: D102  inherited
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003  the signature is pydantic's
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return init_settings, env_settings, FileSettings(settings_cls, dotenv_settings)

    @field_validator("home")
    @classmethod
    def _absolute(cls, home: Path) -> Path:
        # The data folder of an account without a home folder starts with a bare "~".
        home = home.expanduser()
        if home.parts[:1] == ("~",):
            raise ValueError("this account has no home folder; give an absolute path")
        return home.absolute()


def _variable(location: tuple[str | int, ...]) -> str:
    """The environment variable of a pydantic `location`, which for a union also contains the chosen kind."""
    field, *rest = (str(part) for part in location)
    if rest and rest[0] in _KINDS:
        rest = rest[1:]
    return PREFIX + "__".join([field, *rest]).upper()
