"""Asks a server everything that its description allows, and what it does not allow, and judges the answers by it.

    openapi_conformance.py DOCUMENT ADDRESS KEY EXAMPLES

Schemathesis makes the requests. This file is also the module with its hooks.
"""

import json
import os
import pathlib
import subprocess
import sys
import tempfile

import schemathesis

CONFIGURATION = """
[checks]
# 422 is for values that are well formed and make no sense together, which no schema says.
positive_data_acceptance.expected-statuses = ["2xx", "3xx", "401", "403", "404", "409", "422", "429"]
"""


@schemathesis.hook
def before_call(context, case, kwargs):
    """Keeps cases that are to be accepted to rules that the schema of a single value cannot state."""
    if case.meta is not None and case.meta.generation.mode.is_positive:
        keep_query(case.query, case.operation.path)
        if isinstance(case.body, dict):
            keep_body(case.body, case.operation.path)


def keep_query(query, path):
    # Which providers there are, and where a page begins, only the catalog knows.
    for name in ("gateway", "provider", "gateways"):
        if name in query:
            query[name] = ["anthropic"] if isinstance(query[name], list) else "anthropic"
    query.pop("cursor", None)
    for name, other in (
        ("gateway", "provider"),
        ("sort", "sort_by"),
        ("min_context", "max_context"),
        ("min_price", "max_price"),
    ):
        if name in query:
            query.pop(other, None)
    if isinstance(query.get("q"), str):
        query["q"] = " ".join(query["q"].split()[:8]).encode()[:200].decode(errors="ignore")
    if path in ("/v1/models", "/models"):
        is_unique = query.get("unique_models") in (True, "true")
        for name in ("sort", "sort_by") if is_unique else ("min_providers",):
            query.pop(name, None)
    if path == "/v1/models/{id}":
        # Pages are for the offers of a developer.
        for name in ("limit", "offset"):
            query.pop(name, None)
    if path == "/api/models/detail" and not ("developer" in query and "modelName" in query):
        query.setdefault("modelId", "gpt-4o")


def keep_body(body, path):
    if path == "/v1/models/compare" and body.get("gateways"):
        body["gateways"] = ["anthropic"]
    if path == "/v1/cost/estimate":
        for name in ("gateway", "provider", "cached_input_tokens", "cache_write_tokens", "reasoning_tokens"):
            body.pop(name, None)


def close(schema):
    """Refuses members that the description does not name, so that none is forgotten in it."""
    if isinstance(schema, list):
        for element in schema:
            close(element)
    elif isinstance(schema, dict):
        if schema.get("type") == "object" and "properties" in schema:
            schema.setdefault("additionalProperties", False)
        for element in schema.values():
            close(element)


def main(document, address, key, examples):
    description = json.loads(pathlib.Path(document).read_text())
    close(description["components"]["schemas"])
    with tempfile.TemporaryDirectory() as directory:
        closed = pathlib.Path(directory, "openapi.json")
        closed.write_text(json.dumps(description))
        configuration = pathlib.Path(directory, "schemathesis.toml")
        configuration.write_text(CONFIGURATION)
        here = pathlib.Path(__file__)
        command = [
            *(str(pathlib.Path(sys.executable).parent / "st"), "--config-file", str(configuration), "run", str(closed)),
            *("--url", address, "--header", f"Authorization: Bearer {key}", "--no-color"),
            *("--phases", "examples,coverage,fuzzing", "--max-examples", examples, "--seed", "1"),
            *("--continue-on-failure", "--exclude-deprecated", "--request-timeout", "20"),
            # The same routes at other addresses.
            *("--exclude-path-regex", r"^/(admin/cache/|admin/model-sync/|models$|v1/provider$|health$)"),
        ]
        environment = dict(
            os.environ,
            SCHEMATHESIS_HOOKS=here.stem,
            PYTHONPATH=str(here.parent),
            # Nothing is left beside this file.
            PYTHONDONTWRITEBYTECODE="1",
        )
        return subprocess.run(command, cwd=directory, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
