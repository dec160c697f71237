"""The image: what its health check asks, and that it builds where a Docker daemon is."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from bench.places import free_port
from tests.project.test_deploy import Machine, environment, machine, wait_for

ROOT = Path(__file__).parents[2]
DOCKERFILE = ROOT / "deploy" / "Dockerfile"
NAME = "sinovik:of-a-test"

__all__ = ["environment", "machine"]


def _has_daemon() -> bool:
    docker = shutil.which("docker")
    return bool(docker) and not subprocess.run([docker, "info"], capture_output=True).returncode


def _health_check(port: int) -> str:
    """The shell command of the Dockerfile, for a server on another port."""
    found = re.search(r"^HEALTHCHECK CMD ((?:.*\\\n)*.*)$", DOCKERFILE.read_text(), re.MULTILINE)
    assert found is not None
    return found[1].replace("\\\n", "").replace(":8000/", f":{port}/")


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_health_check_of_a_server_with_the_settings_of_production_succeeds(
    machine: Machine,
    environment: dict[str, str],
) -> None:
    port = free_port()
    subprocess.run(["sh", "-c", machine.serve(port)], env=environment, cwd=ROOT, check=True)
    wait_for(port)

    def ask(**changed: str) -> int:
        command = ["sh", "-c", _health_check(port)]
        return subprocess.run(command, env=environment | changed, capture_output=True).returncode

    assert ask() == 0
    # Control: by a name that isn't the site's, as 127.0.0.1 would be, it is refused.
    assert ask(ALLOWED_HOSTS="127.0.0.1") != 0


@pytest.mark.slow
@pytest.mark.skipif(not _has_daemon(), reason="no Docker daemon")
def test_image_builds_and_carries_its_static_files() -> None:
    build = ["docker", "build", "--quiet", "--file", str(DOCKERFILE), "--tag", NAME, str(ROOT)]
    subprocess.run(build, check=True, timeout=900)
    look = ["docker", "run", "--rm", NAME, "test", "-s", "/var/lib/sinovik/static/staticfiles.json"]
    subprocess.run(look, check=True, timeout=60)
