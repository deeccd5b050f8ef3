#!/bin/sh
# Makes what is secret, at random; what is there stays. A file appears whole or not at all, so that
# two runs at once end with the same files. Each of who may read is given a folder of its own.
set -eu

APP=10001    # the roles, deploy/Dockerfile
OWNER=10002  # the migrations
KAFKA=1000   # the broker, in its image

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
mkdir -p /secrets/parts /secrets/grafana /secrets/identity /secrets/kafka /secrets/administration \
  $(printf '/secrets/%s ' $SERVICES)
put /secrets/parts/postgres 0444 0:0 "$(random)"
put /secrets/grafana/grafana 0444 0:0 "$(random)"
for name in admin demo machine; do put "/secrets/identity/$name" 0444 0:0 "$(random)"; done
put /secrets/administration/kafka_password 0440 "$APP:$APP" "$(random)"
put /secrets/kafka/admin_password 0400 "$KAFKA:$KAFKA" "$(cat /secrets/administration/kafka_password)"
put /secrets/kafka/kafka_password 0400 "$KAFKA:$KAFKA" "$(random)"
for service in $SERVICES; do
  put "/secrets/$service/kafka_password" 0440 "$APP:$APP" "$(random)"
  at=@postgres:5432/$service
  put "/secrets/$service/postgres" 0440 "$APP:$APP" "postgresql://${service}_app:$(random)$at"
  put "/secrets/$service/postgres_owner" 0400 "$OWNER:$OWNER" "postgresql://${service}_owner:$(random)$at"
done
