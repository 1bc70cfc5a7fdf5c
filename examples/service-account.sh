#!/usr/bin/env bash
# Adds a service account to a running demo, gets a token for it as a program would, and asks something with it. Needs curl, jq and
# openssl 3.
#
#   cargo run --release -- demo          # in another terminal
#   examples/service-account.sh          # or: examples/service-account.sh http://127.0.0.1:8081/graphql
set -euo pipefail

endpoint=${1:-http://127.0.0.1:8080/graphql}
password=${REDRESS_DEMO_PASSWORD:-redress-demo-2026}
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

send() { # TOKEN DOCUMENT VARIABLES
  local answer
  answer=$(jq -n --arg query "$2" --argjson variables "$3" '{$query, $variables}' |
    curl -sS "$endpoint" -H 'Content-Type: application/json' ${1:+-H "Authorization: Bearer $1"} --data-binary @-)
  if jq -e '.errors or ([.data[]? | .refusals? // [] | .[]] | length > 0)' <<<"$answer" >/dev/null; then
    jq . <<<"$answer" >&2
    exit 1
  fi
  jq .data <<<"$answer"
}

# The administrator's part, once.
admin=$(send '' 'mutation($password: String!) { login(input: { login: "admin", password: $password }) { accessToken } }' \
  "$(jq -n --arg password "$password" '{$password}')" | jq -r .login.accessToken)
found=$(send "$admin" '{ departments(first: 1) { edges { node { id } } } staff(role: MANAGER, first: 1) { edges { node { id } } } }' '{}')
input=$(jq --arg name "报表导出 $(date +%s)" '{ input: { name: $name, role: "AUDITOR", scopes: ["CASE_READ", "REPORT_READ"],
  departmentId: .departments.edges[0].node.id, responsibleId: .staff.edges[0].node.id } }' <<<"$found")
account=$(send "$admin" 'mutation($input: AddServiceAccountInput!) { addServiceAccount(input: $input) {
  serviceAccount { id } refusals { code message } } }' "$input" | jq -r .addServiceAccount.serviceAccount.id)

# The program makes its key pair; only the public key leaves it.
openssl genpkey -algorithm ed25519 -out "$scratch/private.pem"
input=$(jq -n --arg id "$account" --arg key "$(openssl pkey -in "$scratch/private.pem" -pubout)" \
  '{ input: { serviceAccountId: $id, expectedVersion: 1, publicKey: $key } }')
send "$admin" 'mutation($input: AddServiceAccountKeyInput!) { addServiceAccountKey(input: $input) {
  serviceAccount { keys { thumbprint algorithm } } refusals { code message } } }' "$input"

# The program's part, whenever its token ends.
base64url() { openssl base64 -A | tr '+/' '-_' | tr -d '='; }
now=$(date +%s)
header=$(printf '{"alg":"EdDSA","typ":"JWT"}' | base64url)
claims=$(jq -cn --arg id "$account" --arg jti "$(openssl rand -hex 16)" --argjson now "$now" \
  '{ iss: $id, sub: $id, aud: "redress", iat: $now, exp: ($now + 60), jti: $jti }' | base64url)
printf '%s.%s' "$header" "$claims" >"$scratch/signed"
signature=$(openssl pkeyutl -sign -inkey "$scratch/private.pem" -rawin -in "$scratch/signed" | base64url)
granted=$(curl -sS "${endpoint%/graphql}/oauth/token" \
  --data-urlencode 'grant_type=client_credentials' \
  --data-urlencode 'client_assertion_type=urn:ietf:params:oauth:client-assertion-type:jwt-bearer' \
  --data-urlencode "client_assertion=$header.$claims.$signature")
token=$(jq -er .access_token <<<"$granted") || { jq . <<<"$granted" >&2; exit 1; }

send "$token" '{ viewer { staff { name } permissions } cases { totalCount } }' '{}'
