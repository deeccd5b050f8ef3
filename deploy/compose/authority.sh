#!/bin/sh
# Makes the authority and the broker's certificate where they are missing or end soon, and gives each
# what is for it. Two runs at once take turns.
set -eu

KAFKA=1000  # the broker, in its image

give() {
  install -m "$2" -o "$3" "/secrets/authority/$1" "$4.part"
  mv "$4.part" "$4"
}

umask 077
mkdir -p /secrets/authority
exec 9>/secrets/authority/.lock
flock 9
python -m chassis.certificates /secrets/authority "$KAFKA_NAME" kafka localhost 127.0.0.1
give broker.pem 0400 "$KAFKA" /secrets/kafka/broker.pem
for who in kafka administration $SERVICES; do
  give ca.pem 0444 0 "/secrets/$who/kafka_ca.pem"
done
