#!/usr/bin/env bash
# Builds Jaeger v2 from its Go module, once, and prints the path of the binary. Exits 3 where there is no Go.
set -euo pipefail
version=v1.76.0 # the Go module's tag of the v2 binary; v2.* tags do not fit the module path
cache=${XDG_CACHE_HOME:-$HOME/.cache}/voice-otel
binary=$cache/jaeger-$version
if [ -x "$binary" ]; then
  echo "$binary"
  exit 0
fi
command -v go >/dev/null || exit 3
mkdir -p "$cache"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
echo "building Jaeger $version from its Go module, some minutes ..." >&2
module=$(cd "$work" && GOFLAGS=-mod=mod go mod download -json "github.com/jaegertracing/jaeger@$version" | sed -n 's/.*"Dir": "\(.*\)".*/\1/p')
cp -r "$module" "$work/jaeger"
chmod -R u+w "$work/jaeger"
(cd "$work/jaeger" && nice go build -o "$work/binary" ./cmd/jaeger) >&2
mv "$work/binary" "$binary"
echo "$binary"
