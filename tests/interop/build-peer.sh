#!/usr/bin/env bash
# Builds the QuickFIX program that the interop tests talk to and prints its path, and nothing else, on standard output.
# Installs Debian's libquickfix-dev when it is missing; that needs root or sudo.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
build=${CARGO_TARGET_DIR:-$here/../../target}/interop

need() {
  printf '%s\n' "$1" >&2
  exit 1
}

install_quickfix() {
  command -v apt-get >/dev/null || need "QuickFIX is missing: install its headers and library (Debian: libquickfix-dev)"
  local root=()
  if [ "$(id -u)" != 0 ]; then
    command -v sudo >/dev/null || need "QuickFIX is missing: run as root: apt-get install libquickfix-dev g++"
    root=(sudo)
  fi
  "${root[@]}" env DEBIAN_FRONTEND=noninteractive sh -c \
    'apt-get install -qy libquickfix-dev g++ || { apt-get update -q && apt-get install -qy libquickfix-dev g++; }' >&2
}

[ -e /usr/include/quickfix/Session.h ] && command -v g++ >/dev/null || install_quickfix
mkdir -p "$build"
build=$(cd "$build" && pwd)
peer=$build/quickfix-peer
if [ ! -x "$peer" ] || [ "$here/peer/peer.cpp" -nt "$peer" ]; then
  # C++14: QuickFIX 1.15 has exception specifications, which C++17 does not. Written aside and renamed, so that an
  # interrupted build leaves nothing behind that looks finished.
  g++ -std=c++14 -w -O1 "$here/peer/peer.cpp" -lquickfix -lpthread -o "$peer.new" >&2
  mv "$peer.new" "$peer"
fi
printf '%s\n' "$peer"
