#!/bin/sh
# strip-tree.sh DIR: takes the symbols out of the programs and libraries below
# DIR. Kernel modules and objects keep what the loader needs.
find "$1" -type f -size +3c \( -perm /111 -o -name '*.so*' \) ! -name '*.ko' ! -name '*.o' -print |
	while IFS= read -r file; do
		[ "$(od -An -N4 -tx1 "$file" | tr -d ' \n')" = 7f454c46 ] || continue
		mode=$(stat -c %a "$file")
		case $file in
		*.so | *.so.*) strip --strip-unneeded -R .comment -R .note "$file" || exit 1 ;;
		*) strip --strip-all -R .comment -R .note "$file" || exit 1 ;;
		esac
		chmod "$mode" "$file"
	done
