# shellcheck shell=dash disable=SC3043
# UCI values → nft words. Every function checks before it prints: what it prints is safe inside a ruleset.
# The checks for addresses and numbers are those of the network scripts (check.sh).

# fw_comment TEXT: what nft takes between quotes.
fw_comment() { printf %s "$1" | tr -c 'A-Za-z0-9_.:/ -' '?' | cut -c 1-96; }

fw_name() { case "$1" in '' | *[!A-Za-z0-9_]*) return 1 ;; esac; [ "${#1}" -le 32 ]; }

# fw_address [!]ADDRESS[/LENGTH|/MASK] | FIRST-LAST: prints "FAMILY WORD".
fw_address() {
	local value="${1#!}" family last length
	case "$value" in
		*-*)
			last="${value#*-}" value="${value%%-*}"
			family="$(family_of "$value")" && [ "$(family_of "$last")" = "$family" ] || return 1
			case "$value$last" in */*) return 1 ;; esac
			echo "$family $value-$last"
			;;
		*/*.*)
			length="$(prefix_length "${value#*/}")" && is_ipv4 "${value%%/*}" && echo "4 ${value%%/*}/$length" ;;
		*) family="$(family_of "$value")" && echo "$family $value" ;;
	esac
}

# fw_ports LIST: "dport"'s right side: { 80, 1000-2000 }, or != { … } for a list of negations.
fw_ports() {
	local item first last words='' negated='' not
	set -f
	for item in $1; do
		case "$item" in !*) not=1 item="${item#!}" ;; *) not= ;; esac
		first="${item%%[-:]*}" last="${item##*[-:]}"
		is_between "$first" 0 65535 && is_between "$last" "$first" 65535 || return 1
		[ "$first" = "$last" ] || first="$first-$last"
		if [ -n "$not" ]; then negated="$negated${negated:+, }$first"; else words="$words${words:+, }$first"; fi
	done
	set +f
	# Negations beside plain ports say nothing the plain ones do not.
	if [ -n "$words" ]; then echo "{ $words }"; else echo "!= { $negated }"; fi
}

# fw_limit 10/sec [BURST]
fw_limit() {
	local rate="${1%%/*}" unit="${1#*/}" over=''
	case "$rate" in !*) over='over ' rate="${rate#!}" ;; esac
	is_between "$rate" 1 1000000000 || return 1
	case "$unit" in
		s | sec | second | "$1") unit=second ;; m | min | minute) unit=minute ;;
		h | hour) unit=hour ;; d | day) unit=day ;; *) return 1 ;;
	esac
	if [ -n "$2" ]; then is_between "$2" 1 1000000 || return 1; fi
	echo "limit rate $over$rate/$unit${2:+ burst $2 packets}"
}

# fw_mark [!]VALUE[/MASK]
fw_mark() {
	local value="${1#!}" compare='=='
	[ "$value" = "$1" ] || compare='!='
	is_word "${value%%/*}" && is_word "${value##*/}" || return 1
	case "$value" in
		*/*) printf 'meta mark & 0x%x %s 0x%x\n' "$((${value#*/}))" "$compare" "$((${value%%/*}))" ;;
		*) printf 'meta mark %s 0x%x\n' "$compare" "$((value))" ;;
	esac
}

# fw_set_mark VALUE[/MASK] [xor]: the bits of the mask become the value's; xor flips them.
fw_set_mark() {
	local mask=0xffffffff
	is_word "${1%%/*}" && is_word "${1##*/}" || return 1
	case "$1" in */*) mask="${1#*/}" ;; esac
	if [ "$((mask))" = 4294967295 ] && [ -z "$2" ]; then printf 'meta mark set 0x%x\n' "$((${1%%/*}))"; return; fi
	printf 'meta mark set meta mark & 0x%x %s 0x%x\n' "$((~mask & 0xffffffff))" "$([ -n "$2" ] && echo '^' || echo '|')" "$((${1%%/*}))"
}

# fw_icmp FAMILY TYPE…: one match a line, by the names iptables had. Nothing for the types of the other family.
fw_icmp() {
	local family="$1" keyword=icmp name types='' codes='' found
	[ "$family" = 4 ] || keyword=icmpv6
	shift
	for name in "$@"; do
		found="$(fw_icmp_number "$family" "$name")"
		case "$found" in
			'') ;;
			any) echo "meta l4proto $([ "$family" = 4 ] && echo icmp || echo ipv6-icmp)"; return ;;
			*/*) codes="$codes, ${found%/*} . ${found#*/}" ;;
			*) types="$types, $found" ;;
		esac
	done
	[ -z "$types" ] || echo "$keyword type { ${types#, } }"
	[ -z "$codes" ] || echo "$keyword type . $keyword code { ${codes#, } }"
}

# fw_icmp_known TYPE: of any family.
fw_icmp_known() { [ -n "$(fw_icmp_number 4 "$1")$(fw_icmp_number 6 "$1")" ]; }

# fw_icmp_number FAMILY NAME|TYPE[/CODE]: prints TYPE or TYPE/CODE.
fw_icmp_number() {
	case "$1 $2" in
		*' any') echo any ;;
		'4 echo-reply' | '4 pong') echo 0 ;;
		'4 destination-unreachable') echo 3 ;;
		'4 network-unreachable') echo 3/0 ;;
		'4 host-unreachable') echo 3/1 ;;
		'4 protocol-unreachable') echo 3/2 ;;
		'4 port-unreachable') echo 3/3 ;;
		'4 fragmentation-needed') echo 3/4 ;;
		'4 source-route-failed') echo 3/5 ;;
		'4 network-prohibited') echo 3/9 ;;
		'4 host-prohibited') echo 3/10 ;;
		'4 communication-prohibited') echo 3/13 ;;
		'4 source-quench') echo 4 ;;
		'4 redirect') echo 5 ;;
		'4 echo-request' | '4 ping') echo 8 ;;
		'4 router-advertisement') echo 9 ;;
		'4 router-solicitation') echo 10 ;;
		'4 time-exceeded' | '4 ttl-exceeded') echo 11 ;;
		'4 ttl-zero-during-transit') echo 11/0 ;;
		'4 ttl-zero-during-reassembly') echo 11/1 ;;
		'4 parameter-problem') echo 12 ;;
		'4 timestamp-request') echo 13 ;;
		'4 timestamp-reply') echo 14 ;;
		'4 address-mask-request') echo 17 ;;
		'4 address-mask-reply') echo 18 ;;
		'6 destination-unreachable') echo 1 ;;
		'6 no-route') echo 1/0 ;;
		'6 communication-prohibited') echo 1/1 ;;
		'6 address-unreachable') echo 1/3 ;;
		'6 port-unreachable') echo 1/4 ;;
		'6 packet-too-big') echo 2 ;;
		'6 time-exceeded' | '6 ttl-exceeded') echo 3 ;;
		'6 ttl-zero-during-transit') echo 3/0 ;;
		'6 ttl-zero-during-reassembly') echo 3/1 ;;
		'6 parameter-problem') echo 4 ;;
		'6 bad-header') echo 4/0 ;;
		'6 unknown-header-type') echo 4/1 ;;
		'6 unknown-option') echo 4/2 ;;
		'6 echo-request' | '6 ping') echo 128 ;;
		'6 echo-reply' | '6 pong') echo 129 ;;
		'6 router-solicitation') echo 133 ;;
		'6 router-advertisement') echo 134 ;;
		'6 neighbour-solicitation' | '6 neighbor-solicitation') echo 135 ;;
		'6 neighbour-advertisement' | '6 neighbor-advertisement') echo 136 ;;
		'6 redirect') echo 137 ;;
		?' '*/*) is_between "${2%%/*}" 0 255 && is_between "${2#*/}" 0 255 && echo "$2" ;;
		*) is_between "$2" 0 255 && echo "$2" ;;
	esac
}
