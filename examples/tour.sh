#!/usr/bin/env bash
# A tour of the gateway with curl: registers an image, uploads it, finds it, downloads it, compares.
# Usage: examples/tour.sh IMAGE_FILE [GATEWAY_URL]
set -euo pipefail
file=${1:?usage: examples/tour.sh IMAGE_FILE [GATEWAY_URL]}
gateway=${2:-http://127.0.0.1:9292}

graphql() {
  local query=${1//$'\n'/ }
  curl -sS "$gateway/graphql" -H 'content-type: application/json' -d "{\"query\": \"${query//\"/\\\"}\"}"
}

echo '# Register an image, before its data exists here'
answer=$(graphql 'mutation { createImage(input: { name: "grub-rescue", diskFormat: "iso", containerFormat: "bare",
  properties: [{ name: "os", value: "grub" }] }) { id status } }')
echo "$answer"
id=$(sed -E 's/.*"id":"([^"]+)".*/\1/' <<<"$answer")

echo '# Upload its data; the gateway compares it with the digest that we declare'
digest=$(openssl dgst -md5 -binary "$file" | base64)
curl -sS -T "$file" -H "Content-MD5: $digest" "$gateway/data/$id"
echo

echo '# Find it by its properties'
graphql '{ images(filter: { diskFormat: { eq: "iso" }, properties: [{ name: "os", value: { eq: "grub" } }] },
  sort: [{ key: SIZE, direction: DESC }], first: 1) { edges { node { name status size checksum } } } }'
echo

echo '# Download it, then only five bytes of it'
copy=$(mktemp)
trap 'rm -f "$copy"' EXIT
curl -sS -o "$copy" "$gateway/data/$id"
cmp "$file" "$copy" && echo "the same $(wc -c <"$copy") bytes"
curl -sS -r 32769-32773 "$gateway/data/$id"
echo
