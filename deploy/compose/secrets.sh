#!/bin/sh
# Makes what is secret, at random; what is there stays. A file appears whole or not at all, so that
# two runs at once end with the same files. Each of who may read is given a folder of its own.
set -eu

APP=10001    # the roles, deploy/Dockerfile
OWNER=10002  # the migrations

random() { head -c 24 /dev/urandom | od -An -vtx1 | tr -d ' \n'; }

# put FILE MODE OWNER CONTENT
put() {
  [ ! -e "$1" ] || return 0
  part=$(mktemp "${1%/*}/.part.XXXXXX")
  printf %s "$4" >"$part"
  chmod "$2" "$part"
  chown "$3" "$part"
  ln "$part" "$1" 2>/dev/null || [ -e "$1" ]
  rm -f "$part"
}

# shellcheck disable=SC2086 # names of services are words
mkdir -p /secrets/parts /secrets/grafana /secrets/identity $(printf '/secrets/%s ' $SERVICES)
put /secrets/parts/postgres 0444 0:0 "$(random)"
put /secrets/grafana/grafana 0444 0:0 "$(random)"
for name in admin demo machine; do put "/secrets/identity/$name" 0444 0:0 "$(random)"; done
for service in $SERVICES; do
  at=@postgres:5432/$service
  put "/secrets/$service/postgres" 0440 "$APP:$APP" "postgresql://${service}_app:$(random)$at"
  put "/secrets/$service/postgres_owner" 0400 "$OWNER:$OWNER" "postgresql://${service}_owner:$(random)$at"
done
