#!/usr/bin/env bash
# Make sure that the browser test has what it needs: a Chromium, and a font with Chinese characters.
set -euo pipefail

missing=()
command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null ||
  missing+=(chromium)
if ! command -v fc-list >/dev/null; then
  missing+=(fontconfig fonts-noto-cjk)
elif [ -z "$(fc-list :lang=zh)" ]; then
  missing+=(fonts-noto-cjk)
fi
[ ${#missing[@]} -eq 0 ] && exit 0

if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null; then
  echo "the browser test needs ${missing[*]}: install them, on Debian with: sudo apt-get install ${missing[*]}" >&2
  exit 1
fi
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
