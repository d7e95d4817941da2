# shellcheck shell=dash disable=SC2015,SC2154,SC3043
# The sections of /etc/config/firewall, each into the chains it belongs to.

# begin_section SECTION TYPE: remembers where we are, as `uci show` would name it.
begin_section() {
	local count name
	FW_SECTION="$1"
	eval "count=\$((\${FW_COUNT_$2:--1} + 1)); FW_COUNT_$2=\$count"
	config_get name "$1" name
	fw_comment "$name"
	FW_PLACE="@$2[$count]${R:+ ($R)}"
	fw_comment "${name:-@$2[$count]}"
	FW_NAME="$R"
}

enabled_section() {
	local value
	config_get value "$FW_SECTION" enabled 1
	is_true "$value" || [ -z "$value" ]
}

add_defaults() {
	local value item
	begin_section "$1" defaults
	for item in input output forward; do
		read_policy "$1" "$item" drop
		eval "FW_$item=\$R"
	done
	for item in drop_invalid synflood_protect syn_flood flow_offloading flow_offloading_hw; do
		config_get value "$1" "$item" 0
		is_true "$value" && eval "FW_$item=1"
	done
	config_get value "$1" synflood_rate 25/s
	if fw_limit "$value"; then FW_syn_limit="$R"; else fault synflood_rate "'$value' is not a rate"; FW_syn_limit="limit rate 25/second"; fi
	config_get value "$1" synflood_burst 50
	is_between "$value" 1 1000000 && FW_syn_limit="$FW_syn_limit burst $value packets"
	[ -z "$FW_flow_offloading$FW_flow_offloading_hw" ] || echo "firewall: $FW_PLACE: option flow_offloading: not supported here, ignored" >&2
	return 0
}

# set_expression NAME DIRECTIONS: R is what of a packet is looked up in the set.
set_expression() {
	local family types directions="$2" type direction word result='' ip=ip
	read -r family types <"$FW_WORK/set.$1"
	[ "$family" = 4 ] || ip=ip6
	for type in $types; do
		direction="${directions%%[ ,]*}"
		case "$directions" in *[\ ,]*) directions="${directions#*[ ,]}" ;; esac
		case "$type" in
			src_*) direction=src type="${type#src_}" ;; dest_* | dst_*) direction=dest type="${type#*_}" ;;
		esac
		[ "$direction" = src ] || direction=dest
		case "$type $direction" in
			mac*) word='ether saddr' ;;
			'port src') word='th sport' ;; port*) word='th dport' ;;
			*src) word="$ip saddr" ;; *) word="$ip daddr" ;;
		esac
		result="$result${result:+ . }$word"
	done
	R="$result"
}

add_ipset() {
	local name value type types='' elements='' family=4 words='' flags=interval
	begin_section "$1" ipset
	enabled_section || return 0
	M_bad=''
	config_get name "$1" name
	fw_name "$name" || { fault name "'$name' is not a set's name"; return; }
	config_get value "$1" family ipv4
	case "$value" in ipv4) ;; ipv6) family=6 ;; *) fault family "'$value' is none of ipv4, ipv6" ;; esac
	config_get value "$1" match
	[ -n "$value" ] || config_get value "$1" storage
	for type in $value; do
		case "${type#*_}" in
			ip | net | host) words="$words . ipv${family}_addr" ;;
			port) words="$words . inet_service" ;;
			mac) words="$words . ether_addr" ;;
			*) fault match "'$type' is none of ip, net, port, mac"; continue ;;
		esac
		types="$types $type"
	done
	[ -n "$types" ] || fault match "says nothing to match"
	FW_ELEMENTS=''
	config_list_foreach "$1" entry add_element "$family"
	config_get value "$1" loadfile
	if [ -n "$value" ] && [ -r "$value" ]; then
		while read -r value; do case "$value" in '' | '#'*) ;; *) add_element "$value" "$family" ;; esac; done <"$value"
	fi
	[ -z "$M_bad" ] || return 0
	config_get value "$1" timeout
	! is_between "$value" 1 2147483 || flags="$flags, timeout"
	echo "$family $types" >"$FW_WORK/set.$name"
	{
		echo "	set $name {"
		echo "		type ${words# . }"
		echo "		flags $flags"
		# Entries that lie in one another are one for the kernel.
		case "$words" in *' . '*' . '*) ;; *) echo "		auto-merge" ;; esac
		! is_between "$value" 1 2147483 || echo "		timeout ${value}s"
		[ -z "$FW_ELEMENTS" ] || echo "		elements = { ${FW_ELEMENTS#, } }"
		echo "	}"
	} >>"$FW_WORK/sets"
}

# add_element "10.0.0.0/8" | "10.0.0.1 80": every part is checked.
add_element() {
	local part words=''
	set -f
	for part in $(printf %s "$1" | tr ',' ' '); do
		if is_number "$part" || { is_number "${part%%-*}" && is_number "${part##*-}"; }; then words="$words . $part"
		elif is_mac "$part"; then words="$words . $part"
		elif fw_address "$part" && [ "$FAMILY" = "$2" ]; then words="$words . $R"
		else fault entry "'$part' is no element"; set +f; return; fi
	done
	set +f
	FW_ELEMENTS="$FW_ELEMENTS, ${words# . }"
}

add_forwarding() {
	local source target before=''
	begin_section "$1" forwarding
	enabled_section || return 0
	M_bad=''
	config_get source "$1" src
	config_get target "$1" dest
	[ "$source" = '*' ] || is_zone "$source" || fault src "no zone '$source'"
	[ "$target" = '*' ] || is_zone "$target" || fault dest "no zone '$target'"
	read_family
	[ -z "$M_bad" ] || return 0
	[ -z "$M_family" ] || before="meta nfproto ipv$M_family"
	if [ "$source" = '*' ]; then source=forward; else source="forward_$source"; fi
	if [ "$target" = '*' ]; then put "$source" "$before counter accept comment \"Accept forwarding to any\""
	else put "$source" "$before jump accept_to_$target comment \"Accept ${source#forward_} to $target forwarding\""; fi
}

add_rule() {
	local source target value verdict
	begin_section "$1" rule
	enabled_section || return 0
	read_match || return 0
	config_get source "$1" src
	config_get target "$1" dest
	for value in src dest; do
		config_get verdict "$1" "$value"
		case "$verdict" in '' | '*') ;; *) is_zone "$verdict" || fault "$value" "no zone '$verdict'" ;; esac
	done
	[ -z "$M_bad" ] || return 0
	rule_device
	config_get value "$1" target DROP
	case "$value" in
		ACCEPT | accept) filter_rule "$source" "$target" accept ;;
		REJECT | reject) filter_rule "$source" "$target" reject ;;
		DROP | drop) filter_rule "$source" "$target" drop ;;
		NOTRACK | notrack) mangle_rule "$source" raw notrack ;;
		MARK | mark)
			config_get value "$1" set_mark
			config_get verdict "$1" set_xmark
			if [ -n "$value" ]; then fw_set_mark "$value"; else fw_set_mark "$verdict" xor; fi ||
				{ fault set_mark "'$value$verdict' is not a mark"; return; }
			mangle_rule "$source" mangle "$R" ;;
		*) fault target "'$value' is none of ACCEPT, REJECT, DROP, MARK, NOTRACK" ;;
	esac
}

# rule_device: `option device` with `option direction in|out` narrows a rule to a device.
rule_device() {
	local device direction
	config_get device "$FW_SECTION" device
	config_get direction "$FW_SECTION" direction in
	[ -n "$device" ] || return 0
	is_device "${device%+}" || { fault device "'$device' is not a device"; return; }
	case "$direction" in in) direction=iifname ;; out) direction=oifname ;; *) fault direction "is none of in, out"; return ;; esac
	quoted_devices "$device"
	M_more=" $direction $R$M_more"
}

# filter_rule SOURCE TARGET accept|reject|drop
filter_rule() {
	local chain verdict="counter $3"
	[ "$3" != reject ] || verdict="counter jump handle_reject"
	case "$1 $2" in
		' ' | ' *') chain=output ;;
		'* ') chain=input ;;
		' '?*) chain="output_$2" verdict="counter jump $3_to_$2" ;;
		'* *') chain=forward ;;
		'* '?*) chain=forward verdict="counter jump $3_to_$2" ;;
		?*' ') chain="input_$1" ;;
		?*' *') chain="forward_$1" ;;
		*) chain="forward_$1" verdict="counter jump $3_to_$2" ;;
	esac
	each_match "$chain" '' "$verdict comment \"$FW_NAME\""
}

# mangle_rule SOURCE raw|mangle STATEMENT: before routing; without a source, on what the router sends itself.
mangle_rule() {
	local rest
	case "$1" in
		'') each_match "$2_output" '' "counter $3 comment \"$FW_NAME\"" ;;
		'*') each_match "$2_prerouting" '' "counter $3 comment \"$FW_NAME\"" ;;
		*)
			read_zone "$1"
			zone_matches i
			rest="$R"
			while [ -n "$rest" ]; do
				each_match "$2_prerouting" "${rest%%"$NEWLINE"*}" "counter $3 comment \"$FW_NAME\""
				rest="${rest#*"$NEWLINE"}"
			done ;;
	esac
}

add_redirect() {
	local target
	begin_section "$1" redirect
	enabled_section || return 0
	config_get target "$1" target DNAT
	case "$target" in
		DNAT | dnat) port_forward "$1" ;;
		SNAT | snat) source_nat "$1" ;;
		*) M_bad='' ; fault target "'$target' is none of DNAT, SNAT" ;;
	esac
}

# ipv4_option OPTION: one IPv4 address or nothing.
ipv4_option() {
	local value
	config_get value "$FW_SECTION" "$1"
	[ -z "$value" ] || is_ipv4 "$value" || { fault "$1" "'$value' is not an IPv4 address"; value=''; }
	eval "$2=\$value"
}

# port_option OPTION: "80" or "8000-8010", as nft wants it in `to :`.
port_option() {
	local value first last
	config_get value "$FW_SECTION" "$1"
	first="${value%%[-:]*}" last="${value##*[-:]}"
	[ -z "$value" ] || { is_between "$first" 1 65535 && is_between "$last" "$first" 65535; } ||
		{ fault "$1" "'$value' is not a port or a range"; value=''; }
	[ "$first" = "$last" ] || value="$first-$last"
	eval "$2=\$value"
}

port_forward() {
	local zone inside port outside_address outside_port
	config_get zone "$1" src
	read_match
	is_zone "$zone" || fault src "no zone '$zone'"
	ipv4_option dest_ip inside
	ipv4_option src_dip outside_address
	port_option dest_port port
	read_ports src_dport dport
	outside_port="$M_dport"
	[ -z "$M_bad" ] || return 0
	[ "$M_family" != 6 ] || { fault family "a port forward to an IPv4 address cannot be IPv6"; return; }
	# What the section calls dest is where the packet goes; it was sent to src_dip and src_dport.
	M_family=4 M_daddr4='' M_daddr6='' M_dport="$outside_port"
	[ -z "$outside_address" ] || M_daddr4=" ip daddr $outside_address"
	if [ -n "$inside" ]; then
		each_match "dstnat_$zone" '' "counter dnat ip to $inside${port:+:$port} comment \"$FW_NAME\""
	else
		each_match "dstnat_$zone" '' "counter redirect${port:+ to :$port} comment \"$FW_NAME\""
		return 0
	fi
	config_get port "$1" reflection 1
	! is_true "$port" || reflect "$1" "$zone" "$inside" "$outside_address"
}

# reflect SECTION ZONE INSIDE OUTSIDE: the port forward as seen from inside, at the router's outside address.
reflect() {
	local section="$1" inside="$3" zones port outside="$4" network address source="$M_saddr4" outside_port="$M_dport" words='' as name
	if [ -z "$outside" ]; then
		read_zone "$2"
		for network in $Z_networks; do
			network_addresses "$network"
			for address in $R; do words="$words, ${address%/*}"; done
		done
		outside="${words#, }"
	fi
	[ -n "$outside" ] || return 0
	config_get zones "$section" reflection_zone
	[ -n "$zones" ] || config_get zones "$section" dest
	[ -n "$zones" ] || { zone_of_address "$inside"; zones="$R"; }
	config_get as "$section" reflection_src internal
	port_option dest_port port
	for name in $zones; do
		is_zone "$name" || continue
		read_zone "$name"
		for network in $Z_networks; do
			network_addresses "$network"
			for address in $R; do reflect_subnet "$name" "$address"; done
		done
	done
	M_saddr4="$source" M_dport="$outside_port"
}

# reflect_subnet ZONE ADDRESS/LENGTH: what comes from there goes to the inside host as the router's.
reflect_subnet() {
	local from="${2%/*}"
	[ "$as" != external ] || from="${outside%%,*}"
	network_of "$2"
	M_saddr4=" ip saddr $R/${2#*/}" M_daddr4=" ip daddr { $outside }" M_dport="$outside_port"
	each_match "dstnat_$1" '' "dnat ip to $inside${port:+:$port} comment \"$FW_NAME (reflection)\""
	M_daddr4=" ip daddr $inside"
	[ -z "$port" ] || M_dport="{ $port }"
	each_match "srcnat_$1" '' "snat ip to $from comment \"$FW_NAME (reflection)\""
}

# zone_of_address ADDRESS: R is the zone whose subnet it is in.
zone_of_address() {
	local zone network address there
	while read -r zone; do
		read_zone "$zone"
		for network in $Z_networks; do
			network_addresses "$network"
			for address in $R; do
				network_of "$address"
				there="$R"
				network_of "$1/${address#*/}"
				if [ "$there" = "$R" ]; then R="$zone"; return; fi
			done
		done
	done <"$FW_WORK/zones"
	R=''
}

source_nat() {
	local zone address port
	config_get zone "$1" dest
	read_match
	is_zone "$zone" || fault dest "no zone '$zone'"
	ipv4_option src_dip address
	[ -n "$address" ] || fault src_dip "says to which address"
	port_option src_dport port
	[ -z "$M_bad" ] || return 0
	M_family=4
	each_match "srcnat_$zone" '' "counter snat ip to $address${port:+:$port} comment \"$FW_NAME\""
}

# `config nat`: what leaves through a zone, by SNAT, MASQUERADE or (ACCEPT) not at all.
add_nat() {
	local zone address target port
	begin_section "$1" nat
	enabled_section || return 0
	config_get zone "$1" src
	read_match
	is_zone "$zone" || fault src "no zone '$zone'"
	ipv4_option snat_ip address
	port_option snat_port port
	config_get target "$1" target MASQUERADE
	[ -z "$M_bad" ] || return 0
	M_family="${M_family:-4}"
	case "$target" in
		SNAT) [ -n "$address" ] || { fault snat_ip "is needed"; return; }
			each_match "srcnat_$zone" '' "counter snat ip to $address${port:+:$port} comment \"$FW_NAME\"" ;;
		MASQUERADE) each_match "srcnat_$zone" '' "counter masquerade comment \"$FW_NAME\"" ;;
		ACCEPT) each_match "srcnat_$zone" '' "counter accept comment \"$FW_NAME\"" ;;
		*) fault target "'$target' is none of SNAT, MASQUERADE, ACCEPT" ;;
	esac
}

# `config include` of type nftables at a place, or of type script, run after the ruleset was loaded.
add_include() {
	local type path position chain
	begin_section "$1" include
	enabled_section || return 0
	M_bad=''
	config_get type "$1" type script
	config_get path "$1" path
	case "$path" in
		'' | *[!A-Za-z0-9_./-]*) fault path "'$path' is not a path"; return ;;
		/*) ;; *) fault path "'$path' does not begin with /"; return ;;
	esac
	[ -e "$path" ] || return 0
	case "$type" in
		script) echo "$path" >>"$FW_WORK/scripts" ;;
		nftables)
			config_get position "$1" position table-append
			config_get chain "$1" chain
			case "$position" in
				table-prepend | table-pre | table-append | table-post) echo "	include \"$path\"" >>"$FW_WORK/includes" ;;
				ruleset-prepend | ruleset-pre) echo "include \"$path\"" >>"$FW_WORK/before" ;;
				ruleset-append | ruleset-post) echo "include \"$path\"" >>"$FW_WORK/after" ;;
				chain-prepend | chain-pre) fw_name "$chain" && { echo "include \"$path\""; cat "$FW_WORK/chain.$chain" 2>/dev/null; } >"$FW_WORK/chain.next" && mv "$FW_WORK/chain.next" "$FW_WORK/chain.$chain" ;;
				chain-append | chain-post) fw_name "$chain" && put "$chain" "include \"$path\"" ;;
				*) fault position "'$position' is not known" ;;
			esac ;;
		*) fault type "'$type' is none of script, nftables" ;;
	esac
}
