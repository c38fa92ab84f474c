"""All settings, read once per entry point from the environment and `<home>/workbench.env`, and passed on from there.

Names are `WORKBENCH_` and the field in capitals; nested fields are joined by two underscores (`WORKBENCH_DATABASE__URL`).
`docs/settings.md` lists all of them.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Annotated, Any, Literal

import platformdirs
from dotenv import dotenv_values
from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, SettingsError

from workbench.domain.alerts.delivery_times import parse_zone
from workbench.domain.errors import InvalidRequest, SetupError
from workbench.service_settings import (
    AwsSecrets,
    EmbeddedDatabase,
    FolderObjects,
    LocalSecrets,
    MiniLmEmbeddings,
    MinioObjects,
    NoOcr,
    OpenAiEmbeddings,
    OpenIdSignIn,
    PasswordSignIn,
    PostgresDatabase,
    ProcessCache,
    RedisCache,
    SettingsPart,
    TesseractOcr,
    Traces,
    VaultSecrets,
    WordLlamaEmbeddings,
)
from workbench.settings_file import PREFIX, SETTINGS_HINT, FileSettings, refuse_unknown


class Edgar(SettingsPart):
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


class AlphaVantage(SettingsPart):
    """The source of daily prices."""

    url: str = "https://www.alphavantage.co"
    api_key: SecretStr | None = Field(default=None, description="without one, `workbench prices` sends no requests")
    adjusted: bool = Field(default=False, description="also load adjusted closes; needs a paid plan")
    requests_per_minute: float = Field(default=5.0, gt=0, le=1200, description="request limit of all processes of this home")
    timeout_seconds: float = Field(
        default=30.0, gt=0, description="time limit of a request with its body; each 64 KiB of a body adds a second"
    )


class NewsApi(SettingsPart):
    """The source of news."""

    url: str = Field(default="https://newsapi.org", description="NewsAPI, or a server with the same paths")
    api_key: SecretStr | None = Field(default=None, description="without one, `workbench news` lists only stored articles")
    language: str = Field(default="en", pattern="[a-z]{2}", description="of the articles, as a two-letter code")
    pages: int = Field(default=1, ge=1, le=100, description="pages of a hundred articles; the free plan provides one")
    requests_per_minute: float = Field(default=30.0, gt=0, le=1200, description="request limit of all processes of this home")
    timeout_seconds: float = Field(
        default=30.0, gt=0, description="time limit of a request with its body; each 64 KiB of a body adds a second"
    )


class LocalFanOut(SettingsPart):
    """Parallel work runs in processes of this machine."""

    kind: Literal["local"] = "local"
    workers: int = Field(default=0, ge=0, le=256, description="0: one for each processor")


class RayFanOut(SettingsPart):
    """Parallel work runs on a Ray cluster; its nodes need this version and access to database and objects."""

    kind: Literal["ray"]
    address: str | None = Field(default=None, description="of the cluster; without one, Ray is started on this machine")
    workers: int = Field(default=0, ge=0, le=4096, description="tasks at a time; 0: one for each processor of the cluster")


class Flows(SettingsPart):
    """The scheduled jobs."""

    enabled: bool = Field(default=True, description="`workbench up` runs the scheduled jobs")
    keep_runs_days: int = Field(default=90, ge=1, description="records of older runs are deleted")
    keep_snapshots_days: int = Field(default=30, ge=1, description="older daily snapshots of the lake are removed")
    keep_audit_days: int | None = Field(
        default=None, ge=30, description="older entries of the audit trail are removed; None: all stay"
    )
    keep_events_days: int | None = Field(
        default=None, ge=31, description="older market events move from the table to Parquet files; None: all stay"
    )


class Tasks(SettingsPart):
    """Work that requests leave to the process that runs jobs, such as reports."""

    most_waiting: int = Field(
        default=8, ge=1, le=1000, description="tasks of one kind that may wait; more are refused with 503 and Retry-After"
    )


def _valid(parse: Callable[[str], str], text: str) -> str:
    """The result of `parse`, its InvalidRequest as the ValueError that pydantic expects."""
    try:
        return parse(text)
    except InvalidRequest as error:
        raise ValueError(error.message) from None


class Alerts(SettingsPart):
    """Notification channels."""

    channels: Mapping[str, SecretStr] = Field(default={}, description="name to Apprise address: mailto://, slack://, json://")
    time_zone: str = Field(default="UTC", description="default of quiet hours and digests")
    operator_channel: str | None = Field(default=None, description="name of the channel for notices of unusual sign-ins")

    @field_validator("channels")
    @classmethod
    def _named(cls, channels: Mapping[str, SecretStr]) -> Mapping[str, SecretStr]:
        from workbench.domain.alerts.rules import (
            INBOX,
            parse_channel,
        )  # imports much of the domain, so only when a channel is set

        named = {_valid(parse_channel, name): address for name, address in channels.items()}
        if INBOX in named:
            raise ValueError(f"{INBOX} is the channel of the workbench itself; choose another name")
        return named

    @field_validator("time_zone")
    @classmethod
    def _known(cls, zone: str) -> str:
        return _valid(parse_zone, zone)

    def __hash__(self) -> int:  # settings are dictionary keys in workers, and a dict has no hash
        return hash((tuple(sorted(self.channels)), self.time_zone, self.operator_channel))


class Reports(SettingsPart):
    """Report runs, and where scheduled reports can be sent besides the channels of alerts."""

    cell_seconds: int = Field(default=600, ge=1, description="time limit of one cell of a notebook")
    run_seconds: int = Field(default=3600, ge=1, description="time limit of a whole run")
    memory_megabytes: int = Field(default=0, ge=0, description="memory limit of a notebook's interpreter (Linux); 0: none")
    webhooks: Mapping[str, SecretStr] = Field(default={}, description="name to address with its secret: https://:secret@host")

    @field_validator("webhooks")
    @classmethod
    def _named(cls, webhooks: Mapping[str, SecretStr]) -> Mapping[str, SecretStr]:
        from workbench.domain.alerts.rules import parse_channel  # as in `Alerts`

        return {_valid(parse_channel, name): address for name, address in webhooks.items()}

    def __hash__(self) -> int:
        return hash((self.cell_seconds, self.run_seconds, self.memory_megabytes, tuple(sorted(self.webhooks))))


class LakeLimits(SettingsPart):
    """Limits of a query of the lake."""

    seconds: float = Field(default=300.0, gt=0, description="time limit")
    megabytes: int = Field(default=2000, ge=100, description="memory limit")


class Marts(SettingsPart):
    """Tables for reports and spreadsheets, built by dbt."""

    dbt: str = Field(default="dbt", description="its executable, as a path or a name on PATH; without dbt there are no marts")
    timeout_seconds: float = Field(default=3600.0, gt=0, description="time limit of each of the two commands of a build")


class Logs(SettingsPart):
    """The log of a long-running process, on standard error."""

    format: Literal["text", "json"] = "text"
    level: Literal["debug", "info", "warning", "error"] = "warning"


class RoleLimits(SettingsPart):
    """Requests a minute of each user or API key with one role; 0: no limit."""

    requests: int = Field(default=60, ge=0, description="of the API, and pages opened")
    page_calls: int = Field(default=300, ge=0, description="API requests that pages make with the session of a browser")
    searches: int = Field(default=30, ge=0)
    exports: int = Field(default=20, ge=0, description="answers as files")
    costly: int = Field(default=20, ge=0, description="screens, comparisons, uploads, reports and others")


class RateLimits(SettingsPart):
    """Limits of requests a minute."""

    viewer: RoleLimits = RoleLimits()
    analyst: RoleLimits = RoleLimits()
    researcher: RoleLimits = RoleLimits()
    operator: RoleLimits = RoleLimits()
    administrator: RoleLimits = RoleLimits()
    sign_ins: int = Field(default=30, ge=0, description="of one address, or of one IPv6 network of 64 bits; 0: no limit")
    local_access: bool = Field(default=False, description="limit local access without sign-in, too, as an administrator")


class Server(SettingsPart):
    """The process behind `workbench up`."""

    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=0, le=65535)
    public_address: str | None = Field(
        default=None,
        pattern="^https?://[^/]+(/[^?#]*)?$",
        description="public address of the pages, for links in notifications",
    )
    trusted_proxies: str = Field(
        default="127.0.0.1, ::1",
        description="addresses and networks whose X-Forwarded-For, -Proto and -Host headers are believed; `none`: nobody's",
    )
    token_minutes: int = Field(default=30, ge=1, le=1440)
    refresh_days: int = Field(default=30, ge=1, le=365, description="how long a program stays signed in by its refresh tokens")
    session_hours: int = Field(default=12, ge=1, le=720, description="how long a browser stays signed in")
    secret_key: SecretStr | None = Field(
        default=None, description="signs access tokens; by default created at first start and stored in the home folder"
    )
    metrics_token: SecretStr | None = Field(default=None, min_length=16, description="lets Prometheus read /metrics")
    unused_session_seconds: float = Field(
        default=120.0, gt=0, description="how long a page waits in memory for its browser; later it is built again"
    )

    most_connections: int = Field(default=4096, ge=1, description="open connections of one process; more are refused with 503")
    most_requests: int = Field(
        default=2048, ge=1, description="requests that one process answers at the same time; more are refused with 503"
    )
    slow_requests: int = Field(
        default=4, ge=1, description="searches, comparisons and other slow requests that one process answers at the same time"
    )
    most_waiting_requests: int = Field(
        default=64, ge=1, description="slow requests that wait for their turn in one process; more are refused with 503"
    )
    answer_cache_megabytes: int = Field(default=64, ge=0, description="answers cached in one process; 0: none")
    head_timeout_seconds: float = Field(default=10.0, gt=0, description="time limit for the head of a request to arrive")
    idle_timeout_seconds: float = Field(
        default=30.0, gt=0, description="time limit for the next part of a body to arrive, or of a response to be read"
    )
    keep_alive_seconds: int = Field(
        default=75,
        ge=1,
        description="how long a connection stays open between requests; longer than the proxy in front keeps it",
    )

    @field_validator("trusted_proxies")
    @classmethod
    def _parsed(cls, text: str) -> str:
        _networks(text)
        return text

    @property
    def proxy_networks(self) -> tuple[IPv4Network | IPv6Network, ...]:
        """The networks of the trusted proxies."""
        return _networks(self.trusted_proxies)

    @property
    def address(self) -> str:
        """The public address of the pages, without a slash at its end."""
        if self.public_address is not None:
            return self.public_address.rstrip("/")
        host = "127.0.0.1" if self.host in ("0.0.0.0", "::") else self.host  # noqa: S104
        return f"http://[{host}]:{self.port}" if ":" in host else f"http://{host}:{self.port}"


def _networks(text: str) -> tuple[IPv4Network | IPv6Network, ...]:
    """The networks in a comma-separated text, an address as a network of its own; raises ValueError."""
    if text.strip().lower() == "none":
        return ()
    networks = tuple(ip_network(part.strip()) for part in text.split(",") if part.strip())
    if any(network.prefixlen == 0 for network in networks):
        raise ValueError("everybody would be a trusted proxy; name the addresses or networks of your proxies")
    return networks


_KINDS = {
    "embedded", "postgresql", "folder", "minio", "process", "redis", "aws", "vault", "local", "ray",
    "wordllama", "minilm", "openai", "password", "openid",
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
    ocr: Annotated[NoOcr | TesseractOcr, Field(discriminator="kind")] = NoOcr()
    edgar: Edgar = Edgar()
    alpha_vantage: AlphaVantage = AlphaVantage()
    news_api: NewsApi = NewsApi()
    fan_out: Annotated[LocalFanOut | RayFanOut, Field(discriminator="kind")] = LocalFanOut()
    flows: Flows = Flows()
    tasks: Tasks = Tasks()
    lake: LakeLimits = LakeLimits()
    marts: Marts = Marts()
    alerts: Alerts = Alerts()
    reports: Reports = Reports()
    server: Server = Server()
    sign_in: Annotated[PasswordSignIn | OpenIdSignIn, Field(discriminator="kind")] = PasswordSignIn()
    rate_limits: RateLimits = RateLimits()
    logs: Logs = Logs()
    traces: Traces = Traces()

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
