#!/usr/bin/env bash
# Ends with code 0 if the server on this machine is ready, with another if not. bash opens the connection by itself, so the image
# needs no curl.
set -euo pipefail
exec 3<>"/dev/tcp/127.0.0.1/${PORT:-8080}"
printf 'GET /health/ready HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n' >&3
read -r -t 3 _ status _ <&3
[ "$status" = 200 ]
