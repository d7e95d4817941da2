# shellcheck shell=dash disable=SC2034,SC3043
# Is this file an image for this machine?
#
# An image is a whole disk, gzipped or not: a DOS partition table, a boot
# partition (ext4, labelled "kernel") and a root partition. After the gzip data
# there may be metadata and a signature (fwtool trailers): these are skipped.

IMAGE_HEAD=/tmp/sysupgrade.head
# The partition table and the first block of the boot partition's file system.
IMAGE_HEAD_MIB=4

# image_bytes FILE: the disk's contents on stdout.
image_bytes() {
	case $(head -c 2 "$1" | hexdump -v -e '1/1 "%02x"') in
	1f8b) gzip -dc "$1" 2>/dev/null ;;
	*) cat "$1" ;;
	esac
}

# image_number OFFSET: the 32-bit number there, in the image's first blocks.
image_number() {
	dd if="$IMAGE_HEAD" bs=1 skip="$1" count=4 2>/dev/null |
		hexdump -v -e '4/1 "%u "' | awk '{ print $1 + $2 * 256 + $3 * 65536 + $4 * 16777216 }'
}

# image_hex OFFSET COUNT
image_hex() {
	dd if="$IMAGE_HEAD" bs=1 skip="$1" count="$2" 2>/dev/null | hexdump -v -e '1/1 "%02x"'
}

image_refused() {
	echo "sysupgrade: $1: $2" >&2
	rm -f "$IMAGE_HEAD"
	return 1
}

# image_check FILE: says what is wrong, and fails; otherwise sets IMAGE_SIZE
# (bytes of the disk) and IMAGE_SHA256 (of those bytes).
image_check() {
	local file=$1 failed=/tmp/sysupgrade.failed counts=/tmp/sysupgrade.counts start end sectors boot label
	[ -e "$file" ] || image_refused "$file" "there is no such file" || return 1
	[ -f "$file" ] || image_refused "$file" "this is no regular file" || return 1
	[ -s "$file" ] || image_refused "$file" "the file is empty" || return 1

	# One pass: first blocks, length, sum, and whether the data is whole.
	rm -f "$failed" "$counts"
	mkfifo "$counts" || return 1
	sha256sum < "$counts" > "$counts.sum" &
	IMAGE_SIZE=$({ image_bytes "$file" || : > "$failed"; } | tee "$counts" |
		{ dd of="$IMAGE_HEAD" bs=1M count="$IMAGE_HEAD_MIB" iflag=fullblock 2>/dev/null; wc -c; })
	wait $!
	read -r IMAGE_SHA256 _ < "$counts.sum"
	IMAGE_SIZE=$((IMAGE_SIZE + $(wc -c < "$IMAGE_HEAD")))
	rm -f "$counts" "$counts.sum"
	if [ -e "$failed" ]; then
		rm -f "$failed"
		image_refused "$file" "the data is damaged or cut off (gzip says so)"
		return 1
	fi

	[ "$(image_hex 510 2)" = 55aa ] ||
		image_refused "$file" "this is no disk image: there is no partition table in it" || return 1
	boot=$(image_number 454)
	sectors=$(image_number 458)
	[ "$boot" -gt 0 ] && [ "$sectors" -gt 0 ] ||
		image_refused "$file" "the image has no boot partition" || return 1
	start=$(image_number 470)
	end=$((start + $(image_number 474)))
	[ "$start" -gt 0 ] && [ "$end" -gt "$start" ] ||
		image_refused "$file" "the image has no root partition" || return 1
	[ "$IMAGE_SIZE" -ge $((end * 512)) ] ||
		image_refused "$file" "the image is cut off: $IMAGE_SIZE bytes, its partitions need $((end * 512))" || return 1

	boot=$((boot * 512))
	[ $((boot + 1200)) -lt $((IMAGE_HEAD_MIB * 1048576)) ] && [ "$(image_hex $((boot + 1080)) 2)" = 53ef ] ||
		image_refused "$file" "its boot partition is not one this system can start from (no ext4 there)" || return 1
	label=$(dd if="$IMAGE_HEAD" bs=1 skip=$((boot + 1144)) count=16 2>/dev/null | tr -d '\000')
	[ "$label" = kernel ] ||
		image_refused "$file" "its boot partition is labelled '$label' and not 'kernel': this is the image of another system" || return 1
	rm -f "$IMAGE_HEAD"
}
