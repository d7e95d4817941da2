# shellcheck shell=dash disable=SC2015,SC2154,SC3043
# What a rule or a redirect matches, out of its section, as nft expressions.
#
# read_match fills M_…; each_match prints one line of nft for every family and protocol that needs its own.

# Options that narrow a rule and are not known here: ignoring one would make the rule wider than written.
FW_REFUSED="extra weekdays monthdays start_date stop_date start_time stop_time utc_time dscp helper set_helper set_dscp"

# fault OPTION WHAT: the section is wrong; said with its place, and remembered.
fault() {
	echo "firewall: $FW_PLACE: option $1: $2" >&2
	FW_FAULTS=$((FW_FAULTS + 1))
	M_bad=1
}

# read_addresses OPTION DIRECTION: M_saddr4, M_saddr6 (or daddr), and which families it names.
read_addresses() {
	local value item plain4='' plain6='' not4='' not6=''
	config_get value "$FW_SECTION" "$1"
	set -f
	for item in $value; do
		fw_address "$item" || { fault "$1" "'$item' is not an address"; continue; }
		case "$FAMILY$item" in
			'4!'*) not4="$not4, $R" ;; '6!'*) not6="$not6, $R" ;;
			4*) plain4="$plain4, $R" ;; 6*) plain6="$plain6, $R" ;;
		esac
	done
	set +f
	eval "M_${2}4= M_${2}6="
	[ -z "$plain4" ] || eval "M_${2}4=\" ip $2 { ${plain4#, } }\""
	[ -z "$not4" ] || eval "M_${2}4=\"\$M_${2}4 ip $2 != { ${not4#, } }\""
	[ -z "$plain6" ] || eval "M_${2}6=\" ip6 $2 { ${plain6#, } }\""
	[ -z "$not6" ] || eval "M_${2}6=\"\$M_${2}6 ip6 $2 != { ${not6#, } }\""
}

read_ports() {
	local value
	config_get value "$FW_SECTION" "$1"
	R=''
	[ -z "$value" ] || fw_ports "$value" || { fault "$1" "'$value' is not a list of ports"; R=''; }
	eval "M_$2=\$R"
}

read_protocols() {
	local value item
	M_protocols=''
	config_get value "$FW_SECTION" proto "tcp udp"
	set -f
	for item in $value; do
		case "$item" in
			tcpudp) M_protocols="$M_protocols tcp udp" ;;
			all | any | '*' | 0) M_protocols="$M_protocols all" ;;
			icmpv6 | ipv6-icmp | 58) M_protocols="$M_protocols icmpv6" ;;
			1) M_protocols="$M_protocols icmp" ;; 6) M_protocols="$M_protocols tcp" ;; 17) M_protocols="$M_protocols udp" ;;
			tcp | udp | icmp | sctp | udplite | dccp) M_protocols="$M_protocols $item" ;;
			# By their numbers: nft knows these names only where there is an /etc/protocols.
			igmp) M_protocols="$M_protocols 2" ;; ipencap | ipip) M_protocols="$M_protocols 4" ;; gre) M_protocols="$M_protocols 47" ;;
			esp) M_protocols="$M_protocols 50" ;; ah) M_protocols="$M_protocols 51" ;; ospf) M_protocols="$M_protocols 89" ;;
			pim) M_protocols="$M_protocols 103" ;; vrrp) M_protocols="$M_protocols 112" ;;
			*) if is_between "$item" 1 255; then M_protocols="$M_protocols $item"; else fault proto "'$item' is not a protocol"; fi ;;
		esac
	done
	set +f
	case " $M_protocols " in *' all '*) M_protocols=all ;; esac
}

read_family() {
	local value
	config_get value "$FW_SECTION" family any
	case "$value" in
		any | all | '' | '*') M_family='' ;;
		ipv4 | inet | 4) M_family=4 ;;
		ipv6 | inet6 | 6) M_family=6 ;;
		*) fault family "'$value' is none of any, ipv4, ipv6" ;;
	esac
}

# read_ipset: "[!]name [src|dest…]"; the set says itself what it is made of.
read_ipset() {
	local value directions name not='' family
	config_get value "$FW_SECTION" ipset
	[ -n "$value" ] || return 0
	name="${value%% *}"
	case "$value" in *' '*) directions="${value#* }" ;; *) directions='' ;; esac
	case "$name" in !*) not=' !=' name="${name#!}" ;; esac
	[ -r "$FW_WORK/set.$name" ] || { fault ipset "'$name' is not defined"; return; }
	read -r family _ <"$FW_WORK/set.$name"
	M_family="${M_family:-$family}"
	set_expression "$name" "$directions"
	M_more="$M_more $R$not @$name"
}

# read_match: everything of the present section that both rules and redirects know.
read_match() {
	local value option
	M_bad='' M_more=''
	for option in $FW_REFUSED; do
		config_get value "$FW_SECTION" "$option"
		[ -z "$value" ] || fault "$option" "is not known here, and without it the section would match more than it says"
	done
	read_family
	read_protocols
	read_addresses src_ip saddr
	read_addresses dest_ip daddr
	read_ports src_port sport
	read_ports dest_port dport
	config_get value "$FW_SECTION" src_mac
	for value in $value; do
		if is_mac "$value"; then M_more="$M_more ether saddr $value"; else fault src_mac "'$value' is not a hardware address"; fi
	done
	config_get M_icmp "$FW_SECTION" icmp_type
	set -f
	for value in $M_icmp; do fw_icmp_known "$value" || fault icmp_type "'$value' is not known"; done
	set +f
	config_get value "$FW_SECTION" mark
	[ -z "$value" ] || { fw_mark "$value" && M_more="$M_more $R"; } || fault mark "'$value' is not a mark"
	config_get value "$FW_SECTION" limit
	config_get option "$FW_SECTION" limit_burst
	M_limit=''
	[ -z "$value" ] || { fw_limit "$value" "$option" && M_limit=" $R"; } || fault limit "'$value' is not a rate"
	read_ipset
	case " $M_protocols " in *' tcp '* | *' udp '* | *' sctp '* | *' dccp '* | *' udplite '*) ;; *)
		[ -z "$M_sport$M_dport" ] || fault dest_port "the protocol has no ports" ;;
	esac
	[ -z "$M_bad" ]
}

# match_families: R is the families that this match needs one by one, or "any".
match_families() {
	local four=4 six=6
	[ "$M_family" != 4 ] || six=''
	[ "$M_family" != 6 ] || four=''
	if [ -n "$M_saddr4$M_saddr6" ]; then [ -n "$M_saddr4" ] || four=''; [ -n "$M_saddr6" ] || six=''; fi
	if [ -n "$M_daddr4$M_daddr6" ]; then [ -n "$M_daddr4" ] || four=''; [ -n "$M_daddr6" ] || six=''; fi
	R="$four $six"
	[ "$R" != '4 6' ] || [ -n "$M_saddr4$M_daddr4" ] || R=any
}

# protocol_matches FAMILY: R is one expression a line.
protocol_matches() {
	local protocol text=''
	for protocol in $M_protocols; do
		case "$protocol $1" in
			'all '*) text="$text $NEWLINE" ;;
			'icmp any') icmp_matches 4; text="$text$R"; icmp_matches 6; text="$text$R" ;;
			'icmp '*) icmp_matches "$1"; text="$text$R" ;;
			'icmpv6 4') ;;
			'icmpv6 '*) icmp_matches 6; text="$text$R" ;;
			'tcp '* | 'udp '* | 'sctp '* | 'dccp '* | 'udplite '*)
				if [ -n "$M_sport$M_dport" ]; then
					text="$text${M_sport:+ $protocol sport $M_sport}${M_dport:+ $protocol dport $M_dport}$NEWLINE"
				else
					case "$protocol" in tcp) R=6 ;; udp) R=17 ;; dccp) R=33 ;; sctp) R=132 ;; udplite) R=136 ;; esac
					text="$text meta l4proto $R$NEWLINE"
				fi ;;
			*) text="$text meta l4proto $protocol$NEWLINE" ;;
		esac
	done
	R="$text"
}

icmp_matches() {
	# shellcheck disable=SC2086
	fw_icmp "$1" ${M_icmp:-any}
}

# each_match CHAIN BEFORE VERDICT: into the chain, for every family and protocol.
each_match() {
	local family expressions before addresses families
	match_families
	families="$R"
	for family in $families; do
		case "$family" in
			4) before="meta nfproto ipv4 $2" addresses="$M_saddr4$M_daddr4" ;;
			6) before="meta nfproto ipv6 $2" addresses="$M_saddr6$M_daddr6" ;;
			*) before="$2" addresses='' ;;
		esac
		protocol_matches "$family"
		expressions="$R"
		while [ -n "$expressions" ]; do
			put "$1" "$before$addresses ${expressions%%"$NEWLINE"*}$M_more$M_limit $3"
			expressions="${expressions#*"$NEWLINE"}"
		done
	done
}

# put CHAIN RULE: at the chain's end; runs of blanks become one.
put() {
	local chain="$1"
	set -f
	# shellcheck disable=SC2086
	set -- $2
	set +f
	printf '%s\n' "$*" >>"$FW_WORK/chain.$chain"
}
