"""Uses the official client against a catalog server: openai_client.py http://127.0.0.1:8080/v1"""

import json
import sys
import urllib.request

import openai


def main(base_url):
    client = openai.OpenAI(base_url=base_url, api_key="not needed", max_retries=0, timeout=30)
    with urllib.request.urlopen(base_url + "/models?limit=1") as response:
        total = json.load(response)["total"]

    models = client.models.list().data
    assert len(models) == total, f"listed {len(models)} models of {total}"
    assert all(model.object == "model" and model.owned_by and isinstance(model.created, int) for model in models)

    ids = sorted({model.id for model in models})
    # Ids of each kind: plain, with slashes, and with every character that means something in an address.
    kinds = {"".join(sorted({c for c in id if not c.isalnum()})) or "plain": id for id in ids}
    several_slashes = [id for id in ids if id.count("/") > 1][:5]
    chosen = sorted(set(kinds.values()) | set(several_slashes))
    assert any("/" in id for id in chosen) and any("/" not in id for id in chosen)
    for id in chosen:
        found = client.models.retrieve(id)
        assert found.id == id, f"asked for {id}, got {found.id}"
        assert found.object == "model"

    for missing in ("no-such-model", "no/such/model"):
        try:
            client.models.retrieve(missing)
        except openai.NotFoundError as error:
            assert error.status_code == 404
        else:
            raise AssertionError(f"{missing} was found")
    print(f"listed {len(models)} models, retrieved {len(chosen)}, missed 2 (openai {openai.__version__})")


if __name__ == "__main__":
    main(sys.argv[1])
