#!/bin/sh
# Generates src/gateway/proto from the .proto files beside this script; needs nothing but the development dependencies.
set -eu
cd "$(dirname "$0")"
readme=$(mktemp)
cp ../../src/gateway/proto/README.md "$readme"
PATH="$PWD/../../node_modules/.bin:$PATH" buf generate
cp "$readme" ../../src/gateway/proto/README.md
rm "$readme"
../../node_modules/.bin/biome check --write --log-level=error ../../src/gateway/proto
