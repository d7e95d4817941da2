# shellcheck shell=dash disable=SC2015,SC3043
# Is a value what it claims to be? Everything that reaches `ip` or a file name has passed one of these.
# Functions that have more to answer than yes or no leave it in R: a subshell for each would cost a slow router seconds.

is_number() { case "$1" in '' | *[!0-9]*) return 1 ;; esac; [ "${#1}" -le 10 ]; }

# A number below 2^32, decimal or 0x-hexadecimal.
is_word() {
	case "$1" in
		0[xX]?*) case "${1#0?}" in *[!0-9a-fA-F]*) return 1 ;; esac; [ "${#1}" -le 10 ] ;;
		*) is_number "$1" && [ "$1" -le 4294967295 ] ;;
	esac
}

is_between() { is_number "$1" && [ "$1" -ge "$2" ] && [ "$1" -le "$3" ]; }

# UCI's truth.
is_true() { case "$1" in 1 | on | true | yes | enabled) return 0 ;; esac; return 1; }

is_section() { case "$1" in '' | *[!A-Za-z0-9_]*) return 1 ;; esac; [ "${#1}" -le 64 ]; }

# A network device: at most 15 bytes, no slash, never an option or a dot file.
is_device() {
	case "$1" in '' | [-.]* | *[!A-Za-z0-9_.:@+-]*) return 1 ;; esac
	[ "${#1}" -le 15 ]
}

is_mac() {
	case "$1" in
		[0-9a-fA-F][0-9a-fA-F]:[0-9a-fA-F][0-9a-fA-F]:[0-9a-fA-F][0-9a-fA-F]:[0-9a-fA-F][0-9a-fA-F]:[0-9a-fA-F][0-9a-fA-F]:[0-9a-fA-F][0-9a-fA-F]) return 0 ;;
	esac
	return 1
}

is_ipv4() {
	local rest="$1." octet count=0
	case "$1" in '' | *[!0-9.]*) return 1 ;; esac
	while [ -n "$rest" ]; do
		octet="${rest%%.*}" rest="${rest#*.}" count=$((count + 1))
		case "$octet" in '' | ????* | 0?*) return 1 ;; esac
		[ "$octet" -le 255 ] || return 1
	done
	[ "$count" = 4 ]
}

# Groups of one to four digits, one "::" at most, an IPv4 tail allowed.
is_ipv6() {
	local rest="$1" group count=0 gap=
	case "$rest" in *:*) ;; *) return 1 ;; esac
	case "$rest" in *[!0-9a-fA-F:.]* | *:::* | *::*::*) return 1 ;; esac
	case "$rest" in *.*) is_ipv4 "${rest##*:}" || return 1; rest="${rest%:*}:0:0" ;; esac
	case "$rest" in *::*) gap=1 ;; esac
	case "$rest" in ::*) ;; :*) return 1 ;; esac
	case "$rest" in *::) ;; *:) return 1 ;; esac
	rest="$rest:"
	while [ -n "$rest" ]; do
		group="${rest%%:*}" rest="${rest#*:}"
		[ -n "$group" ] || continue
		case "$group" in ?????*) return 1 ;; esac
		count=$((count + 1))
	done
	if [ -n "$gap" ]; then [ "$count" -lt 8 ]; else [ "$count" = 8 ]; fi
}

# family_of ADDRESS[/LENGTH]: R is 4 or 6. Fails on anything else.
family_of() {
	local address="${1%%/*}" length=0
	R=''
	case "$1" in */*) length="${1#*/}"; is_number "$length" || return 1 ;; esac
	if is_ipv4 "$address"; then
		[ "$length" -le 32 ] && R=4
	elif is_ipv6 "$address"; then
		[ "$length" -le 128 ] && R=6
	else
		return 1
	fi
}

is_family() { family_of "$2" && [ "$R" = "$1" ]; }

# prefix_length 255.255.255.0 | 24: R is 24. Fails on a mask with holes.
prefix_length() {
	local rest="$1." octet bits=0 ended=
	R="$1"
	if is_number "$1"; then is_between "$1" 0 32; return; fi
	is_ipv4 "$1" || return 1
	while [ -n "$rest" ]; do
		octet="${rest%%.*}" rest="${rest#*.}"
		[ -z "$ended" ] || [ "$octet" = 0 ] || return 1
		case "$octet" in
			255) bits=$((bits + 8)) ;; 254) bits=$((bits + 7)) ;; 252) bits=$((bits + 6)) ;;
			248) bits=$((bits + 5)) ;; 240) bits=$((bits + 4)) ;; 224) bits=$((bits + 3)) ;;
			192) bits=$((bits + 2)) ;; 128) bits=$((bits + 1)) ;; 0) ;; *) return 1 ;;
		esac
		[ "$octet" = 255 ] || ended=1
	done
	R="$bits"
}

# number_of ADDRESS (IPv4): R is its 32 bits. dotted NUMBER: R is the address.
number_of() {
	local rest="$1." value=0
	while [ -n "$rest" ]; do value=$((value << 8 | ${rest%%.*})) rest="${rest#*.}"; done
	R="$value"
}
dotted() { R="$(($1 >> 24 & 255)).$(($1 >> 16 & 255)).$(($1 >> 8 & 255)).$(($1 & 255))"; }

# mask_of LENGTH: R is the 32 bits of the netmask.
mask_of() { R=$((0xffffffff << (32 - $1) & 0xffffffff)); }

# network_of ADDRESS/LENGTH (IPv4): R is the network's address, without the length.
network_of() {
	local value
	number_of "${1%/*}"
	value="$R"
	mask_of "${1#*/}"
	dotted $((value & R))
}

# table_number NUMBER|NAME: R is the routing table, names out of /etc/iproute2/rt_tables.
table_number() {
	local number name directory
	R=''
	if is_word "$1"; then R=$(($1)); return; fi
	case "$1" in
		main) R=254; return ;; local) R=255; return ;; default) R=253; return ;;
		'' | *[!A-Za-z0-9_.-]*) return 1 ;;
	esac
	for directory in /etc/iproute2 /usr/share/iproute2; do
		[ -r "$directory/rt_tables" ] || continue
		while read -r number name _; do
			if [ "$name" = "$1" ] && is_word "$number"; then R=$((number)); return; fi
		done <"$directory/rt_tables"
	done
	return 1
}
