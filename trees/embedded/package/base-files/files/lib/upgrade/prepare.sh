# shellcheck shell=dash disable=SC2016,SC3043
# A small system in memory that writes the disk while nothing runs from it.

UPGRADE_ROOT=/tmp/sysupgrade

# copy_program FILE: with the libraries it needs, to the same places.
copy_program() {
	local library
	mkdir -p "$UPGRADE_ROOT${1%/*}"
	cp -L "$1" "$UPGRADE_ROOT$1" || return 1
	for library in $(/lib64/ld-linux-x86-64.so.2 --list "$1" 2>/dev/null | sed -n -e 's/.* => \(\/[^ ]*\).*/\1/p' -e 's/^[[:space:]]*\(\/[^ ]*\) (.*/\1/p') \
		/lib64/ld-linux-x86-64.so.2; do
		[ -e "$UPGRADE_ROOT$library" ] && continue
		mkdir -p "$UPGRADE_ROOT${library%/*}"
		cp -L "$library" "$UPGRADE_ROOT$library" || return 1
	done
}

# prepare_upgrade IMAGE DISK: everything that can fail, while nothing has been
# written yet.
prepare_upgrade() {
	local image=$1 disk=$2 applet need free
	abandon_upgrade
	need=$(($(wc -c < "$image") / 1024 + 8192))
	free=$(awk '/^MemAvailable:/ { print $2 }' /proc/meminfo)
	case $image in
	/tmp/*) need=8192 ;;
	esac
	[ "$free" -gt "$need" ] || {
		echo "sysupgrade: $need KiB of memory are needed to hold the image, $free are free" >&2
		return 1
	}
	# The module of its file system is loaded while there still is a disk.
	with_boot_partition : || return 1

	mkdir -p "$UPGRADE_ROOT"
	mount -t tmpfs -o mode=0700,size=100% tmpfs "$UPGRADE_ROOT" || return 1
	mkdir -p "$UPGRADE_ROOT/bin" "$UPGRADE_ROOT/proc" "$UPGRADE_ROOT/sys" "$UPGRADE_ROOT/dev" \
		"$UPGRADE_ROOT/boot" "$UPGRADE_ROOT/old" "$UPGRADE_ROOT/tmp"
	copy_program /bin/busybox || return 1
	for applet in $(busybox --list); do
		[ "$applet" = busybox ] || ln -s busybox "$UPGRADE_ROOT/bin/$applet"
	done
	cp /lib/upgrade/stage2 "$UPGRADE_ROOT/stage2" || return 1
	chmod 0755 "$UPGRADE_ROOT/stage2"
	cp "$image" "$UPGRADE_ROOT/image" || {
		echo "sysupgrade: the image does not fit into memory" >&2
		return 1
	}
	cat > "$UPGRADE_ROOT/plan" <<EOF
DISK='$disk'
SIZE='$IMAGE_SIZE'
SHA256='$IMAGE_SHA256'
EOF
	# It must run before we burn the bridge.
	chroot "$UPGRADE_ROOT" /bin/sh -c 'gzip --help >/dev/null 2>&1 && . /plan && [ -n "$DISK" ]' || {
		echo "sysupgrade: the system in memory does not start" >&2
		return 1
	}
	cmp -s "$image" "$UPGRADE_ROOT/image"
}

abandon_upgrade() {
	umount "$UPGRADE_ROOT" 2>/dev/null
	rmdir "$UPGRADE_ROOT" 2>/dev/null
	return 0
}

# commence_upgrade: init stops the services, ends every process and becomes
# /sbin/init-restart, which goes on in memory.
commence_upgrade() {
	: > "$UPGRADE_ROOT/go"
	sync
	kill -QUIT 1
	# Until init ends this shell as well.
	sleep 60
	rm -f "$UPGRADE_ROOT/go"
	echo "sysupgrade: init did not start the upgrade" >&2
	exit 1
}
