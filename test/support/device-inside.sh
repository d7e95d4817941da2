#!/bin/sh
# Runs inside fresh mount, pid, uts, ipc and network namespaces, and becomes
# PID 1 of the device whose root file system is $1. What belongs to the host's
# kernel (clock, modules, log, sysctls outside net) is out of its reach.
#   device-inside.sh ROOT [BLOCK-DEVICE...]
set -e
root=$1
shift

mount --make-rprivate /
if [ $# -gt 0 ]; then
	# A disk of its own: the root file system is its second partition.
	mount -o noatime "${1}p2" "$root"
else
	mount --bind "$root" "$root"
fi
cd "$root"
mkdir -p proc sys dev tmp
mount -t proc -o nosuid,nodev,noexec proc proc
mount -t sysfs -o nosuid,nodev,noexec sysfs sys
mount -t tmpfs -o nosuid,mode=0755 tmpfs dev
mknod -m 666 dev/null c 1 3
mknod -m 666 dev/zero c 1 5
mknod -m 666 dev/full c 1 7
mknod -m 666 dev/random c 1 8
mknod -m 666 dev/urandom c 1 9
mknod -m 666 dev/tty c 5 0
mkdir dev/pts dev/shm dev/net
[ -c /dev/net/tun ] && mknod -m 666 dev/net/tun c 10 200
mount -t devpts -o newinstance,ptmxmode=666,mode=620,gid=5 devpts dev/pts
ln -s pts/ptmx dev/ptmx
mount -t tmpfs -o nosuid,nodev,mode=1777 tmpfs dev/shm
ln -s /proc/1/fd/1 dev/console
mount -t tmpfs -o nosuid,nodev,mode=1777 tmpfs tmp

# Sysctls of the network belong to the device, all others to the host.
mount --bind proc/sys proc/sys
mount -o remount,bind,ro proc/sys
mount --bind proc/sys/net proc/sys/net
mount -o remount,bind,rw proc/sys/net
[ ! -e proc/sysrq-trigger ] || mount --bind dev/null proc/sysrq-trigger

# Of the host's disks it sees only those it was given.
if [ $# -gt 0 ]; then
	for device; do
		for node in "$device" "$device"p*; do
			[ -b "$node" ] && cp -a "$node" dev/
		done
	done
else
	mount -t tmpfs -o ro,nosuid tmpfs sys/dev/block
	mount -t tmpfs -o ro,nosuid tmpfs sys/class/block
fi

mkdir -p mnt
pivot_root . mnt
cd /
# From here on every program is the device's own.
exec env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin TERM=dumb \
	/bin/sh -c 'umount -l /mnt; exec /sbin/init'
