#!/usr/bin/env bash
# Builds livekit-server from its Go module, once, and prints the path of the binary. Exits 3 where there is no Go.
set -euo pipefail
version=v1.9.12 # 1.13.x does not resolve as a module
cache=${XDG_CACHE_HOME:-$HOME/.cache}/voice-otel
binary=$cache/livekit-server-$version
if [ -x "$binary" ]; then
  echo "$binary"
  exit 0
fi
command -v go >/dev/null || exit 3
mkdir -p "$cache"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
echo "building livekit-server $version from its Go module, some minutes ..." >&2
module=$(cd "$work" && GOFLAGS=-mod=mod go mod download -json "github.com/livekit/livekit-server@$version" | sed -n 's/.*"Dir": "\(.*\)".*/\1/p')
cp -r "$module" "$work/livekit-server"
chmod -R u+w "$work/livekit-server"
(cd "$work/livekit-server" && nice go build -o "$work/binary" ./cmd/server) >&2
mv "$work/binary" "$binary"
echo "$binary"
