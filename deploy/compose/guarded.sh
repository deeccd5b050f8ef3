#!/bin/bash
# Starts a Kafka that its own administrator and broker can log in to from the first moment.
set -euo pipefail

DATA=/var/lib/kafka/data
MODULES=org.apache.kafka.common.security
ADMIN=$(</run/secrets/admin_password) BROKER=$(</run/secrets/kafka_password)
OWN="required username=\"soihtu-broker\" password=\"$BROKER\""
SCRAM="$MODULES.scram.ScramLoginModule $OWN;"
export KAFKA_LISTENER_NAME_INSIDE_SCRAM___SHA___512_SASL_JAAS_CONFIG=$SCRAM
export KAFKA_LISTENER_NAME_HOST_SCRAM___SHA___512_SASL_JAAS_CONFIG="$MODULES.scram.ScramLoginModule required;"
export KAFKA_LISTENER_NAME_CONTROLLER_PLAIN_SASL_JAAS_CONFIG="$MODULES.plain.PlainLoginModule $OWN user_soihtu-broker=\"$BROKER\";"

if [ ! -e "$DATA/meta.properties" ]; then
  touch "$DATA/.guarded"
  cat >/tmp/format.properties <<END
node.id=$KAFKA_NODE_ID
process.roles=$KAFKA_PROCESS_ROLES
controller.quorum.voters=$KAFKA_CONTROLLER_QUORUM_VOTERS
controller.listener.names=$KAFKA_CONTROLLER_LISTENER_NAMES
listeners=INSIDE://:9092,CONTROLLER://:9094
inter.broker.listener.name=INSIDE
listener.security.protocol.map=$KAFKA_LISTENER_SECURITY_PROTOCOL_MAP
log.dirs=$DATA
END
  /opt/kafka/bin/kafka-storage.sh format --cluster-id "$(/opt/kafka/bin/kafka-storage.sh random-uuid)" \
    --config /tmp/format.properties \
    --add-scram "SCRAM-SHA-512=[name=soihtu-admin,password=$ADMIN]" \
    --add-scram "SCRAM-SHA-512=[name=soihtu-broker,password=$BROKER]"
elif [ ! -e "$DATA/.guarded" ]; then
  echo "This Kafka's data is of a run that asked for no login: docs/operate.md, Containers: secure the line" >&2
  exit 1
fi
# What the image formats else, under this id, is formatted already.
CLUSTER_ID=$(sed -n 's/^cluster.id=//p' "$DATA/meta.properties")
export CLUSTER_ID
exec /etc/kafka/docker/run
