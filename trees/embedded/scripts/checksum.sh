#!/bin/sh
# checksum.sh DIR: DIR/sha256sums over every artifact in DIR, in name order.
set -e
cd "$1"
find . -maxdepth 1 -type f ! -name sha256sums ! -name '*.tmp' ! -name '.*' -printf '%f\n' |
	LC_ALL=C sort |
	xargs -r -d '\n' sha256sum -b > sha256sums.tmp
mv -f sha256sums.tmp sha256sums
