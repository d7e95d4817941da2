# shellcheck shell=dash
# What is mounted where.

# mount_source DIRECTORY: prints the device or source mounted there, fails if
# nothing is. The last mount on a directory is the one that is seen.
mount_source() {
	local source='' device directory
	while read -r device directory _; do
		[ "$directory" = "$1" ] && source=$device
	done < /proc/mounts 2>/dev/null
	[ -n "$source" ] && echo "$source"
}

# mount_once SOURCE DIRECTORY TYPE OPTIONS: mounts unless something is mounted
# there already.
mount_once() {
	[ -d "$2" ] || mkdir -p "$2" || return 1
	mount_source "$2" >/dev/null && return 0
	mount -t "$3" -o "$4" "$1" "$2"
}

# root_is_read_only: as the kernel mounts it before anybody asks otherwise.
root_is_read_only() {
	local directory options found=1
	while read -r _ directory _ options _; do
		[ "$directory" = / ] || continue
		case ",$options," in
		*,ro,*) found=0 ;;
		*) found=1 ;;
		esac
	done < /proc/mounts
	return $found
}
