"""Checks a message as a receiver in another language does: by the Standard Webhooks specification, with nothing of ours.

Reads {"secret", "id", "timestamp", "signature", "body"} from standard input, the body in base64.
"""

import base64
import hashlib
import hmac
import json
import sys

message = json.load(sys.stdin)
secret = message["secret"]
key = base64.b64decode(secret[len("whsec_"):]) if secret.startswith("whsec_") else secret.encode()
body = base64.b64decode(message["body"])
signed = f"{message['id']}.{message['timestamp']}.".encode() + body
expected = "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
assert hmac.compare_digest(expected, message["signature"]), (expected, message["signature"])
print(json.loads(body)["type"])
