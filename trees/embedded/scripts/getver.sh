#!/bin/sh
# The revision of the tree: its own file "version", else git, else "unknown".
cd "$(dirname "$0")/.." || exit 1
if [ -s version ]; then
	cat version
elif [ -e .git ] && git rev-parse --short=10 HEAD >/dev/null 2>&1; then
	printf 'r%s-%s\n' "$(git rev-list --count HEAD)" "$(git rev-parse --short=10 HEAD)"
else
	echo unknown
fi
