#!/bin/sh
# Tells the soihtu command where the containers are: eval "$(deploy/compose/reach.sh)"
set -eu

at() { docker compose port "$1" "$2"; }

for api in $(docker compose config --services | grep -e '-api$'); do
  name=$(printf %s "${api%-api}" | tr '[:lower:]' '[:upper:]')
  address=$(at "$api" 8000)
  echo "export SOIHTU_${name}_URL=http://$address"
done
kafka=$(at kafka 9093)
identity=$(at identity 8080)
# shellcheck disable=SC2016 # it is the container's shell that reads it
secret=$(docker compose exec -T identity bash -c 'echo "$(</run/secrets/demo)"')
echo "export SOIHTU_KAFKA=$kafka"
if docker compose config --services | grep -qx access; then
  mkdir -p .soihtu
  docker compose exec -T kafka cat /run/secrets/kafka_ca.pem >.soihtu/compose-ca.pem
  echo "export SOIHTU_KAFKA_SECURITY=SASL_SSL"
  echo "export SOIHTU_KAFKA_USERNAME=soihtu-admin"
  echo "export SOIHTU_KAFKA_PASSWORD=$(docker compose exec -T kafka cat /run/secrets/admin_password)"
  echo "export SOIHTU_KAFKA_CA=$PWD/.soihtu/compose-ca.pem"
fi
echo "export SOIHTU_ISSUER=http://$identity/realms/soihtu"
echo "export SOIHTU_LOCAL=1"
echo "export SOIHTU_SIGN_IN_CLIENT=soihtu-cli"
echo "export SOIHTU_CLIENT_SECRET=$secret"
