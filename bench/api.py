"""`python -m bench.api [examples]`: ask the API what its document allows and what it does not.

It takes a cluster of its own with the small world, and asks every address by schemathesis.
"""

import sys
import time
from contextlib import suppress
from typing import Any

from bench.places import own_directory

EXAMPLES = 200
OPERATIONS = 15


def ask_everything(examples: int) -> int:
    """Ask each address, rightly and wrongly; raises at the first answer that breaks its word.

    Returns how many answers were looked at. The caller lifts the limit of requests.
    """
    import schemathesis
    from hypothesis import HealthCheck, given, settings
    from hypothesis import strategies as st
    from hypothesis.errors import Unsatisfiable

    # A cursor comes out of an answer; one made up is refused, which its type alone can't say.
    schemathesis.openapi.format("cursor", st.just(""))
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", from_somewhere)
    operations = [found.ok() for found in schema.get_all_operations()]  # type: ignore[union-attr]
    assert len(operations) == OPERATIONS, len(operations)
    count = 0
    for operation in operations:
        for mode in (schemathesis.GenerationMode.POSITIVE, schemathesis.GenerationMode.NEGATIVE):

            @settings(
                max_examples=examples,
                derandomize=True,
                database=None,
                deadline=None,
                suppress_health_check=list(HealthCheck),
            )
            @given(case=operation.as_strategy(generation_mode=mode))
            def ask(case: Any) -> None:
                nonlocal count
                count += 1
                case.call_and_validate()

            # Of a text without bounds nothing is wrong: some addresses can't be asked wrongly.
            with suppress(Unsatisfiable):
                ask()
    return count


def from_somewhere(environ: dict[str, Any], start_response: Any) -> Any:
    """The site, asked by an address, which the limit needs, for answers that are not packed."""
    from sinovik.wsgi import application

    asked = {"REMOTE_ADDR": "192.0.2.1", "HTTP_ACCEPT_ENCODING": "identity"}
    return application(environ | asked, start_response)


def main() -> None:
    with own_directory("api"):
        run(int(sys.argv[1]) if len(sys.argv) > 1 else EXAMPLES)


def run(examples: int) -> None:
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command

    from sinovik.api import gate

    cluster = settings.EMBEDDED_CLUSTER
    assert cluster is not None  # main() took DATABASE_URL away
    cluster.throwaway = True
    cluster.hold()
    gate.MOST = 1_000_000_000
    try:
        call_command("migrate", verbosity=0, interactive=False)
        call_command("build_world", scale="small", verbosity=0)
        began = time.monotonic()
        count = ask_everything(examples)
        print(f"{count} jawaban API sesuai dokumennya, {time.monotonic() - began:.0f} detik.")
    finally:
        cluster.release()
        cluster.stop()


if __name__ == "__main__":
    main()
