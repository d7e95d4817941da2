#!/bin/sh
# command | write-if-changed.sh FILE: by a temporary name, and only when different.
set -e
temporary=$1.$$.tmp
trap 'rm -f "$temporary"' EXIT
cat > "$temporary"
if cmp -s "$temporary" "$1"; then
	exit 0
fi
mv -f "$temporary" "$1"
