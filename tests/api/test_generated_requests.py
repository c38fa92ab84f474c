"""Requests generated from the API's own description: every answer is described, and none is an error of the workbench.

Half of the requests are as the description allows, half break it in one place. `WORKBENCH_TEST_CASES=20000` generates that
many for a long run; with `WORKBENCH_TEST_PART=1/4` as well, the first quarter of the routes gets its share of them.
"""

from __future__ import annotations

import math
import os
from collections.abc import Iterator

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_schema_conformance,
    status_code_conformance,
)
from starlette.testclient import TestClient

from api.app import create_app
from db.engine import Database
from tests.api import example_data
from tests.conftest import clone
from workbench.adapters.object_store import FolderStore
from workbench.runtime import Workbench

CASES = int(os.environ.get("WORKBENCH_TEST_CASES", "1500"))
PART, PARTS = map(int, os.environ.get("WORKBENCH_TEST_PART", "1/1").split("/"))
ADDRESS = "http://127.0.0.1:8000"
# Made-up credentials would be refused before anything is asked; what they lead to is tested with the routes' rights.
_CREDENTIALS = {"authorization", "x-api-key"}
CHECKS = [
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    negative_data_rejection,
]


@pytest.fixture(scope="module")
def client(postgres_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """Without accounts: who works at this machine may do everything, and has no limit of requests."""
    home = tmp_path_factory.mktemp("generated")
    database = Database(clone(postgres_url, "api_generated"))
    workbench = Workbench(example_data.settings_for_examples(home), database, FolderStore(home / "objects"))
    example_data.fill(workbench, home / "scratch")
    app = create_app(workbench, role="api")
    with TestClient(app, base_url=ADDRESS, client=("127.0.0.1", 50000), raise_server_exceptions=False) as opened:
        yield opened
    database.close()


def _send(client: TestClient, case: Case) -> requests.Response:
    sent = requests.Request(**case.as_transport_kwargs(base_url=ADDRESS)).prepare()
    headers = {name: value for name, value in sent.headers.items() if name.lower() not in _CREDENTIALS}
    return client.request(sent.method, sent.url, headers=headers, content=sent.body, follow_redirects=False)


def test_no_generated_request_finds_a_fault(client: TestClient) -> None:
    schema = schemathesis.openapi.from_dict(client.get("/api/v1/openapi.json").json())
    # A stream of events lasts as long as its task, and no process does tasks here.
    operations = [
        each.ok() for each in schema.get_all_operations() if not each.ok().path.endswith(("/events", "/sessions/end"))
    ]
    cases = math.ceil(CASES / len(operations))
    operations = operations[PART - 1 :: PARTS]
    failures: dict[str, str] = {}
    statuses: dict[int, int] = {}
    for operation in operations:
        strategy = st.one_of(*(operation.as_strategy(mode) for mode in GenerationMode))

        @settings(
            max_examples=cases,
            derandomize=True,
            database=None,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(strategy)
        def ask(case: Case) -> None:
            answer = _send(client, case)
            statuses[answer.status_code] = statuses.get(answer.status_code, 0) + 1
            assert answer.status_code not in {500, 501, 502, 504}, f"{case.as_curl_command()}: {answer.text}"
            case.validate_response(answer, checks=CHECKS)

        try:
            ask()
        except (FailureGroup, AssertionError) as failure:  # every operation is asked before the test ends
            failures[operation.label] = str(failure)
    print(f"{sum(statuses.values())} requests to {len(operations)} routes: {dict(sorted(statuses.items()))}")  # noqa: T201
    assert failures == {}, "\n\n".join(failures.values())
    assert sum(statuses.values()) >= cases * len(operations) * 0.8
