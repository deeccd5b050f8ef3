"""Holds the answers that a test gets against the OpenAPI document that promises them."""

import re
from typing import Any

import httpx
from jsonschema import Draft202012Validator


def deviations(document: dict[str, Any], answer: httpx.Response) -> list[str]:
    """Where `answer` breaks what `document` says of its address; none for unknown addresses."""
    operation = _operation(document, answer.request.method, answer.request.url.path)
    if operation is None:
        return []
    declared = operation["responses"].get(str(answer.status_code))
    if declared is None:
        return [f"{answer.status_code} is not declared"]
    if shared := declared.get("$ref"):
        declared = document["components"]["responses"][shared.rpartition("/")[2]]
    missing = [
        f"no header {name}"
        for name, header in declared.get("headers", {}).items()
        if header.get("required") and name not in answer.headers
    ]
    media_type = answer.headers.get("content-type", "").partition(";")[0]
    content = declared.get("content", {}).get(media_type)
    if content is None:
        return [*missing, f"{media_type} is not declared"]
    schema = {**content["schema"], "components": document["components"]}
    errors = Draft202012Validator(schema).iter_errors(answer.json())
    return missing + [f"{error.json_path}: {error.message}" for error in errors]


def _operation(document: dict[str, Any], method: str, path: str) -> dict[str, Any] | None:
    found = [
        (template.count("{"), operations[method.lower()])
        for template, operations in document["paths"].items()
        if _matches(template, path) and method.lower() in operations
    ]
    return min(found, key=lambda one: one[0])[1] if found else None


def _matches(template: str, path: str) -> bool:
    """Only the last part of an address may have slashes: a key of another system."""
    *fixed, rest = re.split(r"\{[^}]*\}", template)
    last = ".+" if "/by-ref/" in template else "[^/]+"
    between = ["[^/]+"] * (len(fixed) - 1) + [last] * bool(fixed)
    pattern = "".join(re.escape(text) + gap for text, gap in zip(fixed, between, strict=True))
    return re.fullmatch(pattern + re.escape(rest), path, re.DOTALL) is not None
