"""Every setting, read once per entry point from the environment and `<home>/workbench.env`, and passed from there.

Names are `WORKBENCH_` and the field in capitals; nested ones join with two underscores (`WORKBENCH_DATABASE__URL`).
`docs/settings.md` lists them all.
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
    connect_timeout_seconds: float = Field(default=5.0, ge=2, description="to open a connection, for each host of the URL")
    statement_timeout_seconds: float = Field(default=30.0, gt=0, description="for each statement of the API and the pages")
    job_statement_timeout_seconds: float = Field(default=3600.0, gt=0, description="for each statement of a job or a command")
    schema_statement_timeout_seconds: float = Field(
        default=21600.0, gt=0, description="for each statement of a migration, and to build a vector index"
    )
    idle_transaction_timeout_seconds: float = Field(
        default=120.0, gt=0, description="after which the server ends a request's transaction that does nothing"
    )
    lock_timeout_seconds: float = Field(default=10.0, gt=0, description="for a request to wait for a lock")
    pool_timeout_seconds: float = Field(default=5.0, gt=0, description="to wait for a free connection of this process")
    network_timeout_seconds: float = Field(default=30.0, ge=3, description="after which a silent network counts as cut")


class EmbeddedDatabase(_Database):
    """A PostgreSQL that the workbench starts itself, with its data in `<home>/postgres`."""

    kind: Literal["embedded"] = "embedded"


class PostgresDatabase(_Database):
    """A PostgreSQL 15 or newer with pgvector (and TimescaleDB, where there) that somebody runs."""

    kind: Literal["postgresql"]
    url: SecretStr = Field(description="postgresql://user:password@host:port/name")
    price_chunk_days: int = Field(default=365, ge=1, le=3650, description="with TimescaleDB: days a chunk of daily bars")
    event_chunk_days: int = Field(default=365, ge=1, le=3650, description="with TimescaleDB: days a chunk of market events")
    compress_after_days: int = Field(default=30, ge=1, description="with TimescaleDB: chunks that old are compressed")


class FolderObjects(_Part):
    """Objects as files in `<home>/objects`."""

    kind: Literal["folder"] = "folder"


class MinioObjects(_Part):
    """Objects in one bucket of MinIO, S3 or what speaks as they do."""

    kind: Literal["minio"]
    endpoint: str = Field(description="http(s)://host:port")
    bucket: str = Field(default="workbench", min_length=3, max_length=63, description="made by the first put when missing")
    access_key: SecretStr
    secret_key: SecretStr
    region: str = "us-east-1"
    timeout_seconds: float = Field(
        default=30.0, gt=0, description="of a whole call, its retries included; a large object adds a second for each 64 KiB"
    )
    versioning: bool = Field(default=False, description="tell the bucket to keep earlier versions of objects")
    keep_versions_days: int | None = Field(default=None, ge=1, description="and for how long; without it for ever")
    replicate_to: str | None = Field(
        default=None, pattern=r"arn:\S+", description="ARN of the bucket that gets copies, which needs versioning on both"
    )
    replication_role: str | None = Field(default=None, description="ARN of the role that may write there: S3's, not MinIO's")


class ProcessCache(_Part):
    """Answers kept in this process."""

    kind: Literal["process"] = "process"
    entries: int = Field(default=10_000, ge=1, description="the oldest used go first")


class RedisCache(_Part):
    """Answers kept in Redis 7, for all processes and hosts."""

    kind: Literal["redis"]
    url: SecretStr = Field(description="redis://:password@host:6379/0")
    timeout_seconds: float = Field(default=0.5, gt=0, description="of a command, after which an answer is made without Redis")


class LocalSecrets(_Part):
    """`secret:NAME` is the environment variable NAME, else the file NAME in `<home>/secrets` or `/run/secrets`."""

    kind: Literal["local"] = "local"


class AwsSecrets(_Part):
    """`secret:NAME` is the field NAME of one JSON secret in AWS Secrets Manager; boto3 finds the account's keys."""

    kind: Literal["aws"]
    region: str
    name: str = Field(default="workbench", description="of the JSON secret")
    endpoint: str | None = Field(default=None, description="another address than AWS's own")


class VaultSecrets(_Part):
    """`secret:NAME` is the field NAME of one secret in Vault's or OpenBao's key-value store, version 2."""

    kind: Literal["vault"]
    address: str = Field(description="http(s)://host:8200")
    token: SecretStr | None = Field(default=None, description="or role_id and secret_id, or token_file")
    token_file: Path | None = Field(default=None, description="where an agent keeps the token")
    role_id: str | None = Field(default=None, description="of an AppRole")
    secret_id: SecretStr | None = Field(default=None, description="of that AppRole")
    mount: str = "secret"
    path: str = "workbench"
    timeout_seconds: float = Field(default=10.0, gt=0, description="of signing in and reading together")
    aws_region: str | None = Field(default=None, description="when Vault does not answer, AWS Secrets Manager there is asked")
    aws_name: str = Field(default="workbench", description="of the JSON secret there")


class _Embeddings(_Part):
    index: Literal["hnsw", "ivfflat"] = Field(default="hnsw", description="of the vectors, from 10,000 passages on")


class WordLlamaEmbeddings(_Embeddings):
    """Only the small static model, which every choice begins with: 256 dimensions, about 1,400 passages a second."""

    kind: Literal["wordllama"]


class MiniLmEmbeddings(_Embeddings):
    """Besides, all-MiniLM-L6-v2 from a package: 384 dimensions, about ten passages a second and core, in the background."""

    kind: Literal["minilm"] = "minilm"


class OpenAiEmbeddings(_Embeddings):
    """Besides, a model behind any endpoint that speaks as OpenAI's does, in the background."""

    kind: Literal["openai"]
    url: str = Field(default="https://api.openai.com/v1", description="of the endpoint, without /embeddings")
    model: str = "text-embedding-3-small"
    dimensions: int = Field(default=1536, ge=1, le=2000, description="of the vectors; an index takes 2,000 at most")
    sends_dimensions: bool = Field(default=False, description="ask for so many dimensions, where the endpoint knows how")
    api_key: SecretStr | None = None
    timeout_seconds: float = Field(
        default=30.0, gt=0, description="of a request, its body included; a large body adds a second for each 64 KiB"
    )


class Edgar(_Part):
    """Where filings come from."""

    url: str = Field(
        default="https://www.sec.gov",
        description="the SEC (data.sec.gov is asked for what lives there), another base URL, or a folder with the same paths",
    )
    requests_per_second: float = Field(default=8.0, gt=0, le=10, description="over all processes of this home")
    cooldown_seconds: float = Field(default=600.0, ge=0, description="pause after the SEC's rate-threshold page")
    timeout_seconds: float = Field(
        default=30.0, gt=0, description="of a request, its body included; a large body adds a second for each 64 KiB"
    )
    attempts: int = Field(default=4, ge=1, le=10, description="tries a request, with back-off between them")


class AlphaVantage(_Part):
    """Where daily prices come from."""

    url: str = "https://www.alphavantage.co"
    api_key: SecretStr | None = Field(default=None, description="without one, `workbench prices` asks nothing")
    adjusted: bool = Field(default=False, description="ask for adjusted closes too, which needs a paid plan")
    requests_per_minute: float = Field(default=5.0, gt=0, le=1200, description="over all processes of this home")
    timeout_seconds: float = Field(
        default=30.0, gt=0, description="of a request, its body included; a large body adds a second for each 64 KiB"
    )


class NewsApi(_Part):
    """Where news come from."""

    url: str = Field(default="https://newsapi.org", description="NewsAPI, or a server with the same paths")
    api_key: SecretStr | None = Field(default=None, description="without one, `workbench news` lists what is stored")
    language: str = Field(default="en", pattern="[a-z]{2}", description="of the articles, by its two letters")
    pages: int = Field(default=1, ge=1, le=100, description="pages of a hundred articles; the free plan gives one")
    requests_per_minute: float = Field(default=30.0, gt=0, le=1200, description="over all processes of this home")
    timeout_seconds: float = Field(
        default=30.0, gt=0, description="of a request, its body included; a large body adds a second for each 64 KiB"
    )


class LocalFanOut(_Part):
    """Wide work is spread over processes of this machine."""

    kind: Literal["local"] = "local"
    workers: int = Field(default=0, ge=0, le=256, description="0: one for each processor")


class RayFanOut(_Part):
    """Wide work is spread over a Ray cluster whose nodes have this version installed and reach database and objects."""

    kind: Literal["ray"]
    address: str | None = Field(default=None, description="of the cluster; without one Ray is started on this machine")
    workers: int = Field(default=0, ge=0, le=4096, description="tasks at a time; 0: one for each processor of the cluster")


class Flows(_Part):
    """The schedules."""

    enabled: bool = Field(default=True, description="`workbench up` runs what is due")
    keep_runs_days: int = Field(default=90, ge=1, description="reports of runs older than this are forgotten")
    keep_snapshots_days: int = Field(default=30, ge=1, description="the lake's daily snapshots older than this are removed")
    keep_events_days: int | None = Field(
        default=None, ge=31, description="market events filed before leave the table for Parquet files; without it all stay"
    )


def _valid(parse: Callable[[str], str], text: str) -> str:
    """What `parse` reads, its refusal as pydantic wants to hear it."""
    try:
        return parse(text)
    except InvalidRequest as error:
        raise ValueError(error.message) from None


class Alerts(_Part):
    """Whom notices reach, and how."""

    channels: Mapping[str, SecretStr] = Field(
        default={}, description="name to address as Apprise writes it: mailto://, slack://, json://"
    )
    time_zone: str = Field(default="UTC", description="of quiet hours and digests where a rule says none")

    @field_validator("channels")
    @classmethod
    def _named(cls, channels: Mapping[str, SecretStr]) -> Mapping[str, SecretStr]:
        from workbench.domain.alerts.rules import parse_channel  # brings half the domain along, for who has set a channel

        return {_valid(parse_channel, name): address for name, address in channels.items()}

    @field_validator("time_zone")
    @classmethod
    def _known(cls, zone: str) -> str:
        return _valid(parse_zone, zone)

    def __hash__(self) -> int:  # settings are keys of what a worker keeps open, and a dict has no hash
        return hash((tuple(sorted(self.channels)), self.time_zone))


class LakeLimits(_Part):
    """What one question to the lake may take."""

    seconds: float = Field(default=300.0, gt=0, description="until it is refused")
    megabytes: int = Field(default=2000, ge=100, description="of memory")


class Marts(_Part):
    """Tables for reports and spreadsheets, which dbt builds."""

    dbt: str = Field(default="dbt", description="its executable, by path or by its name on PATH; without it there are none")
    timeout_seconds: float = Field(default=3600.0, gt=0, description="for each of the two commands of a build")


class Logs(_Part):
    """What a process that runs on writes of itself, to standard error."""

    format: Literal["text", "json"] = "text"
    level: Literal["debug", "info", "warning", "error"] = "warning"


class Server(_Part):
    """The process behind `workbench up`."""

    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=0, le=65535)
    public_address: str | None = Field(
        default=None, pattern="^https?://[^/]+(/[^?#]*)?$", description="by which people reach it, for links in notices"
    )
    token_minutes: int = Field(default=30, ge=1, le=1440)
    secret_key: SecretStr | None = Field(
        default=None, description="signs access tokens; made at first start and kept in the home folder when not given"
    )
    metrics_token: SecretStr | None = Field(default=None, min_length=16, description="lets Prometheus read /metrics")
    unused_session_seconds: float = Field(
        default=120.0, gt=0, description="how long a page waits in memory for its browser to connect; after it is built anew"
    )

    @property
    def address(self) -> str:
        """Where people reach the pages, without a slash at its end."""
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
    """All of them, frozen. Build with `Settings.load()`; a wrong or unknown one is a SetupError that names it."""

    model_config = SettingsConfigDict(
        frozen=True, extra="ignore", env_prefix=PREFIX, env_nested_delimiter="__", env_ignore_empty=True,
        hide_input_in_errors=True,
    )  # fmt: skip

    home: Path = Field(default_factory=default_home, description="where everything embedded lives")
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
        """Reads the environment, then `<home>/workbench.env` for what the environment leaves open; `overrides` win."""
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
            raise SetupError(f"{file} cannot be read: {error}", hint="mend it or remove it") from error

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
        # Without a home folder of its own the account's data folder begins with a bare "~".
        home = home.expanduser()
        if home.parts[:1] == ("~",):
            raise ValueError("this account has no home folder; give an absolute path")
        return home.absolute()


def _variable(location: tuple[str | int, ...]) -> str:
    """The name in the environment of what pydantic calls `location`, which for a choice also holds the kind chosen."""
    field, *rest = (str(part) for part in location)
    if rest and rest[0] in _KINDS:
        rest = rest[1:]
    return PREFIX + "__".join([field, *rest]).upper()
