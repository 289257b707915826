"""Says what a change log must hold when bodies of OpenRouter's model list are imported one after the other.

Usage: openrouter_truth.py BODY...
Prints one JSON array with an object per body: the counts "added", "removed", "changed" and "unchanged", and the "changes".
It reads the raw bodies and shares no code with the program that it checks.
"""

import json
import sys
from decimal import Decimal

# OpenRouter's name of a price, which is also its name in the catalog.
PRICES = (
    "prompt", "completion", "request", "image", "web_search", "internal_reasoning", "input_cache_read",
    "input_cache_write", "audio",
)
# Fields that keep their value when no row of a body has them; all others are stated by every body.
OPTIONAL = (
    "supported_parameters", "capabilities", "tokenizer", "quantization", "hugging_face_id", "aliases", "created",
)
MODALITIES = ("text", "image", "audio", "video", "file", "embedding")
CAPABILITIES = {
    "tools": "tools",
    "parallel_tool_calls": "parallel_tools",
    "reasoning": "reasoning",
    "structured_outputs": "structured_output",
    "response_format": "json_mode",
    "web_search_options": "web_search",
}


def text(value):
    """A text without white space around it, None where nothing is left."""
    return (value or "").strip() or None


def tokens(value):
    """A limit as text; zero stands for none."""
    return str(int(value)) if value else None


def array(values):
    return json.dumps(sorted(set(values)), separators=(",", ":"), ensure_ascii=False)


def modalities(words):
    known = ["embedding" if word == "embeddings" else word for word in words]
    return json.dumps([word for word in MODALITIES if word in known], separators=(",", ":"))


def plain(number):
    """A decimal number without exponent and without trailing zeros."""
    digits = format(number, "f")
    return digits.rstrip("0").rstrip(".") if "." in digits else digits


def pricing(row, writes_text):
    """The state and the prices that a row states. Zeros are fillers, except those of tokens in a row with a price."""
    prices = {name: Decimal(value) for name, value in row["pricing"].items() if name in PRICES and value not in ("", None)}
    if any(price < 0 for price in prices.values()):
        return {"state": "dynamic"}
    of_tokens = [prices[name] for name in ("prompt", "completion") if name in prices]
    stated = {name: plain(price) for name, price in prices.items() if price or name in ("prompt", "completion")}
    if any(of_tokens):
        complete = "prompt" in prices and ("completion" in prices or not writes_text)
        return {"state": "priced", **stated} if complete else {"state": "unknown"}
    if of_tokens and row["id"].lower().endswith((":free", "-free")):
        return {"state": "free"}
    if any(price for name, price in prices.items() if name != "web_search"):
        return {"state": "not_token_priced", **stated}
    return {"state": "unknown"}


def offer(row):
    """The logged fields of a row."""
    architecture = row.get("architecture") or {}
    takes, gives = architecture.get("input_modalities") or [], architecture.get("output_modalities") or []
    if not takes and not gives and "->" in (architecture.get("modality") or ""):
        takes, gives = (side.split("+") for side in architecture["modality"].split("->"))
    parameters = row.get("supported_parameters") or []
    capabilities = [CAPABILITIES[name] for name in parameters if name in CAPABILITIES]
    if "image" in takes and "text" in gives:
        capabilities.append("vision")
    if "audio" in takes:
        capabilities.append("audio_input")
    if "audio" in gives:
        capabilities.append("audio_output")
    slug = text(row.get("canonical_slug"))
    fields = {
        "name": text(row.get("name")) or row["id"],
        "description": text(row.get("description")),
        "context_length": tokens(row.get("context_length")),
        "max_output": tokens((row.get("top_provider") or {}).get("max_completion_tokens")),
        "input_modalities": modalities(takes),
        "output_modalities": modalities(gives),
        "supported_parameters": array(parameters),
        "capabilities": array(capabilities),
        "tokenizer": text(architecture.get("tokenizer")),
        "quantization": text(row.get("quantization")),
        "hugging_face_id": text(row.get("hugging_face_id")),
        "aliases": array([slug] if slug and ":" not in row["id"] and slug != row["id"] else []),
        "created": str(row["created"]) if row.get("created") else None,
    }
    for name, value in pricing(row, not gives or "text" in gives).items():
        fields["pricing." + name] = value
    return fields


def read(path):
    with open(path, encoding="utf-8") as file:
        rows = json.load(file, parse_float=Decimal)["data"]
    return {row["id"]: offer(row) for row in rows}


def keep_unstated(before, after):
    """Gives offers that stay the old values of fields that no row of the new body has."""
    for name in OPTIONAL:
        if any(fields[name] not in (None, "[]") for fields in after.values()):
            continue
        for model in before.keys() & after.keys():
            after[model][name] = before[model][name]


def changes(before, after):
    """All changes from one body to the next."""
    def change(model, kind, field=None, old=None, new=None):
        return {"id": model, "kind": kind, "field": field, "old": old, "new": new}

    for model in after.keys() - before.keys():
        yield change(model, "added")
    for model in before.keys() - after.keys():
        yield change(model, "removed")
    for model in before.keys() & after.keys():
        old, new = before[model], after[model]
        for field in old.keys() | new.keys():
            if old.get(field) != new.get(field):
                yield change(model, "changed", field, old.get(field), new.get(field))


def main(paths):
    steps, before = [], {}
    for path in paths:
        after = read(path)
        keep_unstated(before, after)
        found = list(changes(before, after))
        changed = {change["id"] for change in found if change["kind"] == "changed"}
        steps.append({
            "added": len(after.keys() - before.keys()),
            "removed": len(before.keys() - after.keys()),
            "changed": len(changed),
            "unchanged": len(before.keys() & after.keys()) - len(changed),
            "changes": found,
        })
        before = after
    json.dump(steps, sys.stdout)


if __name__ == "__main__":
    main(sys.argv[1:])
