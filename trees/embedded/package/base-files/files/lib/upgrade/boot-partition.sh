# shellcheck shell=dash disable=SC3043
# The disk the system runs from, and its first partition.

# root_partition: prints the kernel's name (sda2) of the partition that / is
# on; fails where / is no partition of a disk.
root_partition() {
	local number path
	# The third field is the device number, the fifth the mount point; the last
	# mount of / is the one in use.
	number=$(awk '$5 == "/" { number = $3 } END { print number }' /proc/self/mountinfo)
	[ -n "$number" ] && [ -e "/sys/dev/block/$number/partition" ] || return 1
	path=$(readlink -f "/sys/dev/block/$number") || return 1
	echo "${path##*/}"
}

# root_disk: prints the name (sda) of that partition's disk.
root_disk() {
	local partition path
	partition=$(root_partition) || return 1
	path=$(readlink -f "/sys/class/block/$partition/..") || return 1
	echo "${path##*/}"
}

# boot_partition: prints the name of the first partition of that disk.
boot_partition() {
	local disk entry
	disk=$(root_disk) || return 1
	for entry in /sys/class/block/"$disk"/"$disk"*; do
		[ "$(cat "$entry/partition" 2>/dev/null)" = 1 ] || continue
		echo "${entry##*/}"
		return 0
	done
	return 1
}

# with_boot_partition COMMAND...: runs the command with the directory of the
# boot partition as its last argument, writable for that long. Where the system
# runs from no disk of its own (a container, a namespace) that is plain /boot.
with_boot_partition() {
	local partition code type mounted=0
	if partition=$(boot_partition) && [ -b "/dev/$partition" ]; then
		if mount_source /boot >/dev/null; then
			mount -o remount,rw /boot || return 1
		else
			mkdir -p /boot
			for type in ext4 vfat; do
				mount -t "$type" -o rw,noatime "/dev/$partition" /boot 2>/dev/null && mounted=1 && break
			done
			[ "$mounted" = 1 ] || {
				echo "the boot partition /dev/$partition cannot be mounted" >&2
				return 1
			}
		fi
		"$@" /boot
		code=$?
		sync
		mount -o remount,ro /boot 2>/dev/null
		return $code
	fi
	mkdir -p /boot
	"$@" /boot
}
