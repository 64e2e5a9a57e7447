#!/usr/bin/env bash
# Builds the QuickFIX program that the interop tests talk to and prints its path, and nothing else, on standard output.
# Installs Debian's libquickfix-dev when it is missing, and stunnel4, which puts TLS in front of it; that needs root or sudo.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
build=${CARGO_TARGET_DIR:-$here/../../target}/interop

need() {
  printf '%s\n' "$1" >&2
  exit 1
}

# What it is, then the packages of Debian that bring it.
install() {
  command -v apt-get >/dev/null || need "$1 is missing: install it (Debian: ${*:2})"
  local root=()
  if [ "$(id -u)" != 0 ]; then
    command -v sudo >/dev/null || need "$1 is missing: run as root: apt-get install ${*:2}"
    root=(sudo)
  fi
  "${root[@]}" env DEBIAN_FRONTEND=noninteractive sh -c \
    "apt-get install -qy ${*:2} || { apt-get update -q && apt-get install -qy ${*:2}; }" >&2
}

[ -e /usr/include/quickfix/Session.h ] && command -v g++ >/dev/null || install QuickFIX libquickfix-dev g++
command -v stunnel4 >/dev/null || command -v stunnel >/dev/null || install stunnel stunnel4
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
