#!/bin/sh
# package-hash.sh DIR CONFIG [FILE...]: one short word that changes with the
# content, the names or the modes of what the package is made of.
dir=$1
config=$2
shift 2
{
	printf '%s\n' "$config"
	cd "$dir" && find -L . \( -name .git -o -name .svn \) -prune -o -type f -printf '%m %P\n' | LC_ALL=C sort
	find -L . \( -name .git -o -name .svn \) -prune -o -type f -print0 | LC_ALL=C sort -z | xargs -0 -r sha256sum
	# shellcheck disable=SC2068 # a list of words, each a path
	for input in $@; do
		[ ! -f "$input" ] || sha256sum < "$input"
	done
} | sha256sum | cut -c 1-16
