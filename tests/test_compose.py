"""What must hold of docker-compose.yml, whatever else changes in it."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import click
import pytest
import yaml

from api.cli import main
from rag.config import load

ROOT = Path(__file__).parents[1]
_NO_CONTEXT = click.Context(main)


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    return yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))


def test_the_chroma_server_cannot_be_reached_from_outside(compose: dict[str, Any]) -> None:
    chroma = compose["services"]["chroma"]
    assert "ports" not in chroma
    assert "network_mode" not in chroma
    assert [compose["networks"][name] for name in chroma["networks"]] == [{"internal": True}]


def test_nothing_but_scholium_is_published_and_that_on_loopback(compose: dict[str, Any]) -> None:
    for name, service in compose["services"].items():
        if name.startswith("scholium"):
            assert all(port.startswith("127.0.0.1:") for port in service["ports"])
            assert service["read_only"]
        else:
            assert "ports" not in service


def test_what_a_service_runs_is_a_command_of_ours(compose: dict[str, Any]) -> None:
    for name, service in compose["services"].items():
        if name.startswith("scholium"):
            command, *words = service["command"]
            options = {
                name
                for param in main.get_command(_NO_CONTEXT, command).params
                for name in param.opts
            }
            assert {word for word in words if word.startswith("--")} <= options


def test_a_services_settings_are_settings(
    compose: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, service in compose["services"].items():
        if name.startswith("scholium"):
            for variable, value in service.get("environment", {}).items():
                monkeypatch.setenv(variable, value)
            load()


def test_the_model_on_the_gpu_is_the_one_that_is_asked(
    compose: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    asking, serving = compose["services"]["scholium-gpu"], compose["services"]["vllm"]
    for variable, value in asking["environment"].items():
        monkeypatch.setenv(variable, value)
    llm = load().llm
    told = dict(pairwise(serving["command"]))
    assert llm.model == f"openai/{told['--served-model-name']}"
    assert llm.context_tokens == int(told["--max-model-len"])
    assert urlsplit(llm.api_base).hostname == "vllm"
    assert set(asking["networks"]) & set(serving["networks"]) == {"model"}
    assert asking["profiles"] == serving["profiles"] == ["gpu"]


def test_the_dockerfile_is_pinned_and_drops_its_rights() -> None:
    lines = (ROOT / "Dockerfile").read_text(encoding="utf-8").splitlines()
    images = [line.split()[1] for line in lines if line.startswith("FROM ")]
    assert images
    assert all(re.fullmatch(r"python:\d+\.\d+\.\d+-slim-\w+", image) for image in images)
    assert any(line.startswith("USER ") and "root" not in line for line in lines)
    assert any(line.startswith("HEALTHCHECK") for line in lines)


def test_profiles_can_run_side_by_side(compose: dict[str, Any]) -> None:
    ports = [port for service in compose["services"].values() for port in service.get("ports", [])]
    assert len(set(ports)) == len(ports) == 3


def test_every_image_is_pinned(compose: dict[str, Any]) -> None:
    for service in compose["services"].values():
        assert service["image"].rpartition(":")[2][:1].isdigit() or (
            service["image"].rpartition(":")[2].startswith("v")
        )


def test_the_server_has_the_version_that_the_client_is_tested_with(compose: dict[str, Any]) -> None:
    constraints = (ROOT / "constraints.txt").read_text(encoding="utf-8")
    version = compose["services"]["chroma"]["image"].rpartition(":")[2]
    assert f"\nchromadb=={version}\n" in constraints


def test_every_volume_and_network_is_declared(compose: dict[str, Any]) -> None:
    for service in compose["services"].values():
        named = {v.partition(":")[0] for v in service.get("volumes", []) if v[0].isalpha()}
        assert named <= set(compose["volumes"])
        assert set(service.get("networks", [])) <= set(compose["networks"])


def test_no_container_runs_with_privileges(compose: dict[str, Any]) -> None:
    for service in compose["services"].values():
        assert service["cap_drop"] == ["ALL"]
        assert "privileged" not in service
