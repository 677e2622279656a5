#!/usr/bin/env bash
# Builds a server from its Go module, once, and prints the path of the binary. Exits 3 where there is no Go.
# Usage: go-server.sh jaeger | livekit-server
set -euo pipefail
case ${1:-} in
  # The tag of the v2 binary: v2.* tags do not fit the module path.
  jaeger) module=github.com/jaegertracing/jaeger version=v1.76.0 command=./cmd/jaeger ;;
  # 1.13.x does not resolve as a module.
  livekit-server) module=github.com/livekit/livekit-server version=v1.9.12 command=./cmd/server ;;
  *) echo "usage: $0 jaeger | livekit-server" >&2; exit 2 ;;
esac
cache=${XDG_CACHE_HOME:-$HOME/.cache}/voice-otel
binary=$cache/$1-$version
if [ -x "$binary" ]; then
  echo "$binary"
  exit 0
fi
command -v go >/dev/null || exit 3
mkdir -p "$cache"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
echo "building $1 $version from its Go module, some minutes ..." >&2
source=$(cd "$work" && GOFLAGS=-mod=mod go mod download -json "$module@$version" | sed -n 's/.*"Dir": "\(.*\)".*/\1/p')
cp -r "$source" "$work/source"
chmod -R u+w "$work/source"
(cd "$work/source" && nice go build -o "$work/binary" "$command") >&2
mv "$work/binary" "$binary"
echo "$binary"
