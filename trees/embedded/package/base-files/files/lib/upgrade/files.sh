# shellcheck shell=dash disable=SC3043
# Which files are the configuration of this machine.

# kept_names: what sysupgrade.conf and the packages' keep.d name, existing or
# not. A line may be a pattern.
kept_names() {
	local list
	for list in /etc/sysupgrade.conf /lib/upgrade/keep.d/*; do
		[ -f "$list" ] && sed -e 's/[[:space:]]*$//' -e '/^[[:space:]]*#/d' -e '/^[[:space:]]*$/d' "$list"
	done
}

# kept_by_list: the files behind those names.
kept_by_list() {
	local name path
	kept_names | while read -r name; do
		# Patterns are wanted, so there are no quotes.
		for path in $name; do
			[ -e "$path" ] || [ -L "$path" ] || continue
			find "$path" ! -type d 2>/dev/null
		done
	done
}

# changed_conffiles: the configuration files of installed packages that differ
# from what the package brought; where that is not recorded, all of them.
changed_conffiles() {
	{
		awk '
			/^[^ ]/ { inside = ($0 ~ /^Conffiles:/); next }
			inside && NF >= 2 { print $2 "  " $1 }
		' /usr/lib/opkg/status 2>/dev/null
		sed 's/^/-  /' /usr/lib/opkg/info/*.conffiles 2>/dev/null
	} | awk '{ if (!($2 in sum) || sum[$2] == "-") sum[$2] = $1 } END { for (name in sum) print sum[name], name }' |
		while read -r sum name; do
			[ -f "$name" ] || continue
			[ "$sum" != - ] && is_unchanged "$sum" "$name" && continue
			echo "$name"
		done
}

# is_unchanged SUM FILE: sums are MD5 or SHA-256, told apart by their length.
is_unchanged() {
	local now
	case ${#1} in
	32) now=$(md5sum < "$2") ;;
	64) now=$(sha256sum < "$2") ;;
	*) return 1 ;;
	esac
	[ "${now%% *}" = "$1" ]
}

# configuration_files: all of it, sorted, each once.
configuration_files() {
	{
		kept_by_list
		changed_conffiles
	} | sort -u
}

# changed_files: what differs under /etc from what the packages brought, and
# what no package brought (sysupgrade -o and -c).
changed_files() {
	local packaged=/tmp/sysupgrade.packaged
	sed 's/\t.*//' /usr/lib/opkg/info/*.list 2>/dev/null | sort -u > "$packaged"
	find /etc ! -type d 2>/dev/null | sort | awk -v packaged="$packaged" '
		BEGIN { while ((getline line < packaged) > 0) known[line] = 1 }
		!($0 in known)
	'
	rm -f "$packaged"
	configuration_files
}

# write_archive FILE NAME...: a gzipped tar of these absolute names; whole or
# not at all, unless it goes to stdout (-).
write_archive() {
	local archive=$1 name
	shift
	# Names in an archive have no leading slash.
	for name; do
		set -- "$@" "${name#/}"
		shift
	done
	if [ "$archive" = - ]; then
		(cd / && tar -c -z -f - -- "$@")
		return
	fi
	(umask 077 && cd / && tar -c -z -f "$archive.new" -- "$@") || {
		rm -f "$archive.new"
		return 1
	}
	gzip -t "$archive.new" && sync && mv -f "$archive.new" "$archive"
}
