# shellcheck shell=dash disable=SC2015,SC3043
# UCI values → nft words, in R. Every function checks before it answers: what it leaves in R is safe inside a ruleset.
# The checks for addresses and numbers are those of the network scripts (check.sh).

# fw_comment TEXT: R is what nft takes between quotes.
fw_comment() {
	local rest="$1" text='' head
	case "$rest" in *[!A-Za-z0-9_.:/\ -]*) ;; *) R="$rest"; [ "${#R}" -le 96 ] || R="a long name"; return ;; esac
	while [ -n "$rest" ] && [ "${#text}" -lt 96 ]; do
		head="${rest%"${rest#?}"}" rest="${rest#?}"
		case "$head" in [A-Za-z0-9_.:/\ -]) text="$text$head" ;; *) text="$text?" ;; esac
	done
	R="$text"
}

fw_name() { case "$1" in '' | *[!A-Za-z0-9_]*) return 1 ;; esac; [ "${#1}" -le 32 ]; }

# fw_address [!]ADDRESS[/LENGTH|/MASK] | FIRST-LAST: R is the word, FAMILY its family.
fw_address() {
	local value="${1#!}" last
	case "$value" in
		*-*)
			last="${value#*-}" value="${value%%-*}"
			case "$value$last" in */*) return 1 ;; esac
			family_of "$value" || return 1
			FAMILY="$R"
			is_family "$FAMILY" "$last" && R="$value-$last" ;;
		*/*.*)
			is_ipv4 "${value%%/*}" && prefix_length "${value#*/}" || return 1
			FAMILY=4 R="${value%%/*}/$R" ;;
		*)
			family_of "$value" || return 1
			FAMILY="$R" R="$value" ;;
	esac
}

# fw_ports LIST: R is { 80, 1000-2000 }, or != { … } for a list of negations.
fw_ports() {
	local item first last words='' negated='' not
	set -f
	# shellcheck disable=SC2086
	set -- $1
	set +f
	for item in "$@"; do
		case "$item" in !*) not=1 item="${item#!}" ;; *) not= ;; esac
		first="${item%%[-:]*}" last="${item##*[-:]}"
		is_between "$first" 0 65535 && is_between "$last" "$first" 65535 || return 1
		[ "$first" = "$last" ] || first="$first-$last"
		if [ -n "$not" ]; then negated="$negated${negated:+, }$first"; else words="$words${words:+, }$first"; fi
	done
	# Negations beside plain ports say nothing that the plain ones do not.
	if [ -n "$words" ]; then R="{ $words }"; else R="!= { $negated }"; fi
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
	R="limit rate $over$rate/$unit${2:+ burst $2 packets}"
}

# fw_mark [!]VALUE[/MASK]
fw_mark() {
	local value="${1#!}" compare='=='
	[ "$value" = "$1" ] || compare='!='
	is_word "${value%%/*}" && is_word "${value##*/}" || return 1
	case "$value" in
		*/*) R="meta mark & $((${value#*/})) $compare $((${value%%/*}))" ;;
		*) R="meta mark $compare $((value))" ;;
	esac
}

# fw_set_mark VALUE[/MASK] [xor]: the bits of the mask become the value's; xor flips them.
fw_set_mark() {
	local mask=0xffffffff
	is_word "${1%%/*}" && is_word "${1##*/}" || return 1
	case "$1" in */*) mask="${1#*/}" ;; esac
	if [ -n "$2" ]; then R="meta mark set meta mark & $((~mask & 0xffffffff)) ^ $((${1%%/*}))"
	elif [ "$((mask))" = 4294967295 ]; then R="meta mark set $((${1%%/*}))"
	else R="meta mark set meta mark & $((~mask & 0xffffffff)) | $((${1%%/*}))"; fi
}

# fw_icmp FAMILY TYPE…: R is one match a line, by the names iptables had; nothing for the types of the other family.
fw_icmp() {
	local family="$1" keyword=icmp name types='' codes=''
	[ "$family" = 4 ] || keyword=icmpv6
	shift
	for name in "$@"; do
		fw_icmp_number "$family" "$name"
		case "$R" in
			'') ;;
			any) R=" meta l4proto 58$NEWLINE"; [ "$family" = 6 ] || R=" meta l4proto 1$NEWLINE"; return ;;
			*/*) codes="$codes, ${R%/*} . ${R#*/}" ;;
			*) types="$types, $R" ;;
		esac
	done
	R=''
	[ -z "$types" ] || R=" $keyword type { ${types#, } }$NEWLINE"
	[ -z "$codes" ] || R="$R $keyword type . $keyword code { ${codes#, } }$NEWLINE"
}

# fw_icmp_known TYPE: of any family.
fw_icmp_known() { fw_icmp_number 4 "$1"; [ -n "$R" ] && return; fw_icmp_number 6 "$1"; [ -n "$R" ]; }

# fw_icmp_number FAMILY NAME|TYPE[/CODE]: R is TYPE or TYPE/CODE.
fw_icmp_number() {
	R=''
	case "$1 $2" in
		*' any') R=any ;;
		'4 echo-reply' | '4 pong') R=0 ;;
		'4 destination-unreachable') R=3 ;;
		'4 network-unreachable') R=3/0 ;;
		'4 host-unreachable') R=3/1 ;;
		'4 protocol-unreachable') R=3/2 ;;
		'4 port-unreachable') R=3/3 ;;
		'4 fragmentation-needed') R=3/4 ;;
		'4 source-route-failed') R=3/5 ;;
		'4 network-prohibited') R=3/9 ;;
		'4 host-prohibited') R=3/10 ;;
		'4 communication-prohibited') R=3/13 ;;
		'4 source-quench') R=4 ;;
		'4 redirect') R=5 ;;
		'4 echo-request' | '4 ping') R=8 ;;
		'4 router-advertisement') R=9 ;;
		'4 router-solicitation') R=10 ;;
		'4 time-exceeded' | '4 ttl-exceeded') R=11 ;;
		'4 ttl-zero-during-transit') R=11/0 ;;
		'4 ttl-zero-during-reassembly') R=11/1 ;;
		'4 parameter-problem') R=12 ;;
		'4 timestamp-request') R=13 ;;
		'4 timestamp-reply') R=14 ;;
		'4 address-mask-request') R=17 ;;
		'4 address-mask-reply') R=18 ;;
		'6 destination-unreachable') R=1 ;;
		'6 no-route') R=1/0 ;;
		'6 communication-prohibited') R=1/1 ;;
		'6 address-unreachable') R=1/3 ;;
		'6 port-unreachable') R=1/4 ;;
		'6 packet-too-big') R=2 ;;
		'6 time-exceeded' | '6 ttl-exceeded') R=3 ;;
		'6 ttl-zero-during-transit') R=3/0 ;;
		'6 ttl-zero-during-reassembly') R=3/1 ;;
		'6 parameter-problem') R=4 ;;
		'6 bad-header') R=4/0 ;;
		'6 unknown-header-type') R=4/1 ;;
		'6 unknown-option') R=4/2 ;;
		'6 echo-request' | '6 ping') R=128 ;;
		'6 echo-reply' | '6 pong') R=129 ;;
		'6 router-solicitation') R=133 ;;
		'6 router-advertisement') R=134 ;;
		'6 neighbour-solicitation' | '6 neighbor-solicitation') R=135 ;;
		'6 neighbour-advertisement' | '6 neighbor-advertisement') R=136 ;;
		'6 redirect') R=137 ;;
		?' '*/*) is_between "${2%%/*}" 0 255 && is_between "${2#*/}" 0 255 && R="$2" ;;
		*) is_between "$2" 0 255 && R="$2" ;;
	esac
}
