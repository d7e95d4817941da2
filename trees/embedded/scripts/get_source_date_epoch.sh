#!/bin/sh
# Seconds since 1970 that every file of a build is dated with:
# SOURCE_DATE_EPOCH, else the tree's version.date, else its last commit, else
# the newest file of its build rules (a copy keeps their dates with cp -p).
top=${1:-$(dirname "$0")/..}
if [ -n "$SOURCE_DATE_EPOCH" ]; then
	echo "$SOURCE_DATE_EPOCH"
elif [ -s "$top/version.date" ]; then
	cat "$top/version.date"
elif [ -e "$top/.git" ] && git -C "$top" log -1 --format=%ct 2>/dev/null; then
	:
else
	stat -c %Y "$top"/rules.mk "$top"/include/*.mk "$top"/Config.in 2>/dev/null | sort -n | tail -n 1
fi
