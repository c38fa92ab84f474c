"""Ports for the servers of the tests."""

from __future__ import annotations

import itertools
import socket

import pytest

from tests.deploy import role_stack


def test_a_port_is_given_once_and_none_that_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        first = taken.getsockname()[1] - 2
        monkeypatch.setattr(role_stack, "_untried_ports", iter(range(first, first + 400)))
        given = [role_stack.free_ports(count) for count in (4, 9, 1, 1)]
    ports = list(itertools.chain(*given))
    assert [row[-1] - row[0] for row in given] == [3, 8, 0, 0]
    assert len(set(ports)) == 15
    assert first + 2 not in ports
