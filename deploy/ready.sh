#!/bin/bash
# Says whether the role in this container is ready, and what it answers. It is started again and
# again beside the role, so it is bash alone: starting Python costs thirty times as much.
set -u

exec 3<>"/dev/tcp/127.0.0.1/${SOIHTU_OPS_PORT:?}" || exit 1
printf 'GET /health/ready HTTP/1.0\r\n\r\n' >&3
read -r -t 4 _ code _ <&3 || exit 1
while read -r -t 4 line <&3 || [ -n "$line" ]; do body=$line; done
printf '%s\n' "${body:-}"
[ "$code" = 200 ]
