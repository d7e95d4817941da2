# shellcheck shell=dash disable=SC2015,SC2154,SC3043
# Zones: which devices and subnets they are, and the chains that bear their names.

# network_device NAME: R is the device of an interface, up or not.
network_device() {
	R=''
	fw_name "$1" || return 1
	value_in "$NETIFD_RUN/interface/$1/state" device
	[ -n "$R" ] || value_in "$NETIFD_RUN/config/interface/$1" device
	is_device "$R" || R=''
}

# network_addresses NAME: R is its IPv4 addresses with their lengths.
network_addresses() {
	local kind family address found=''
	R=''
	fw_name "$1" && [ -r "$NETIFD_RUN/interface/$1/lines" ] || return 0
	while read -r kind family address _; do
		[ "$kind $family" != 'address 4' ] || found="$found $address"
	done <"$NETIFD_RUN/interface/$1/lines"
	R="$found"
}

# quoted_devices LIST: R is "eth1", "tun*"
quoted_devices() {
	local device words=''
	for device in $1; do
		case "$device" in *+) words="$words, \"${device%+}*\"" ;; *) words="$words, \"$device\"" ;; esac
	done
	R="${words#, }"
}

# zone_matches i|o: R is one expression a line, for the devices and the subnets of the zone in Z_…; nothing when it has none.
zone_matches() {
	local nets4="$Z_nets4" nets6="$Z_nets6" side=saddr interface=''
	[ "$1" = i ] || side=daddr
	if [ -n "$Z_devices" ]; then quoted_devices "$Z_devices"; interface="${1}ifname { $R }"; fi
	case "$Z_family" in 4) nets6='' ;; 6) nets4='' ;; esac
	if [ -n "$nets4$nets6" ]; then
		R=''
		[ -z "$nets4" ] || R="$interface ip $side { $nets4 }$NEWLINE"
		[ -z "$nets6" ] || R="$R$interface ip6 $side { $nets6 }$NEWLINE"
	elif [ -n "$interface" ]; then
		case "$Z_family" in 4 | 6) interface="meta nfproto ipv$Z_family $interface" ;; esac
		R="$interface$NEWLINE"
	else
		R=''
	fi
}

# read_zone NAME: what add_zone wrote.
read_zone() {
	Z_devices='' Z_networks='' Z_nets4='' Z_nets6='' Z_family='' Z_input='' Z_output='' Z_forward=''
	Z_masq='' Z_masq6='' Z_mtu_fix='' Z_log='' Z_log_limit=''
	read_pairs "$FW_WORK/zone.$1" Z_
}

is_zone() { fw_name "$1" && [ -r "$FW_WORK/zone.$1" ]; }

# read_policy SECTION OPTION DEFAULT: R is accept, reject or drop.
read_policy() {
	local value
	config_get value "$1" "$2" "$3"
	case "$value" in
		ACCEPT | accept) R=accept ;; REJECT | reject) R=reject ;; DROP | drop) R=drop ;;
		*) fault "$2" "'$value' is none of ACCEPT, REJECT, DROP"; R=drop ;;
	esac
}

add_zone() {
	local name value item found devices='' networks='' nets4='' nets6=''
	begin_section "$1" zone
	enabled_section || return 0
	M_bad=''
	config_get name "$1" name
	fw_name "$name" || { fault name "'$name' is not a zone's name"; return; }
	[ ! -e "$FW_WORK/zone.$name" ] || { fault name "a zone '$name' is there already"; return; }
	read_family
	set -f
	config_get value "$1" network
	for item in $value; do
		fw_name "$item" || { fault network "'$item' is not an interface's name"; continue; }
		networks="$networks $item"
		network_device "$item"
		found="$R"
		[ -z "$found" ] || case " $devices " in *" $found "*) ;; *) devices="$devices $found" ;; esac
	done
	config_get value "$1" device
	for item in $value; do
		if is_device "${item%+}"; then devices="$devices $item"; else fault device "'$item' is not a device"; fi
	done
	config_get value "$1" subnet
	for item in $value; do
		fw_address "$item" || { fault subnet "'$item' is not a subnet"; continue; }
		if [ "$FAMILY" = 4 ]; then nets4="$nets4, $R"; else nets6="$nets6, $R"; fi
	done
	set +f
	{
		echo "devices $devices"
		echo "networks $networks"
		echo "nets4 ${nets4#, }"
		echo "nets6 ${nets6#, }"
		echo "family $M_family"
		for item in input output forward; do
			eval "value=\$FW_$item"
			read_policy "$1" "$item" "$value"
			echo "$item $R"
		done
		for item in masq masq6 mtu_fix log; do
			config_get value "$1" "$item" 0
			if is_true "$value"; then echo "$item 1"; elif [ "$item" = log ] && is_between "$value" 1 3; then echo "log $value"; fi
		done
		config_get value "$1" log_limit
		[ -z "$value" ] || { fw_limit "$value" && echo "log_limit $R"; } || fault log_limit "'$value' is not a rate"
	} >"$FW_WORK/zone.next"
	[ -z "$M_bad" ] || { rm -f "$FW_WORK/zone.next"; return; }
	mv "$FW_WORK/zone.next" "$FW_WORK/zone.$name"
	echo "$name" >>"$FW_WORK/zones"
	add_masquerade "$name" "$1"
}

# masq_src and masq_dest narrow what is masqueraded; "!" entries are exceptions.
add_masquerade() {
	FW_SECTION="$2" M_more='' M_limit='' M_icmp='' M_protocols=all M_bad=''
	read_zone "$1"
	[ -n "$Z_masq$Z_masq6" ] || return 0
	read_addresses masq_src saddr
	read_addresses masq_dest daddr
	[ -z "$Z_masq" ] || masquerade_line "$1" "meta nfproto ipv4$M_saddr4$M_daddr4 masquerade comment \"Masquerade IPv4 of $1\""
	[ -z "$Z_masq6" ] || masquerade_line "$1" "meta nfproto ipv6$M_saddr6$M_daddr6 masquerade comment \"Masquerade IPv6 of $1\""
}

# Last in its chain: what `config nat` and redirects say comes before.
masquerade_line() {
	set -f
	# shellcheck disable=SC2086
	printf '%s\n' "$(set -- $2; echo "$*")" >>"$FW_WORK/tail.$1"
	set +f
}

# zone_log ZONE WORD: a log statement for what a zone refuses.
zone_log() {
	case "$Z_log" in
		1 | 3) put "$3" "$4 ${Z_log_limit:-limit rate 10/minute} log prefix \"$2 $1: \"" ;;
	esac
}

# zone_chains ZONE: the chains that a packet of the zone goes through, and the jumps into them.
zone_chains() {
	local zone="$1" chain rest
	for chain in input output forward accept_from accept_to reject_from reject_to drop_from drop_to srcnat dstnat; do
		: >>"$FW_WORK/chain.${chain}_$zone"
	done
	read_zone "$zone"
	zone_matches i
	rest="$R"
	while [ -n "$rest" ]; do zone_entry "$zone" "${rest%%"$NEWLINE"*}"; rest="${rest#*"$NEWLINE"}"; done
	zone_matches o
	rest="$R"
	while [ -n "$rest" ]; do zone_exit "$zone" "${rest%%"$NEWLINE"*}"; rest="${rest#*"$NEWLINE"}"; done
}

MSS_FIX='tcp flags & (fin | syn | rst) == syn tcp option maxseg size set rt mtu'

zone_entry() {
	put input "$2 jump input_$1 comment \"Handle $1 input traffic\""
	put forward "$2 jump forward_$1 comment \"Handle $1 forward traffic\""
	put dstnat "$2 jump dstnat_$1 comment \"Handle $1 prerouting traffic\""
	put "accept_from_$1" "$2 counter accept"
	zone_log "$1" reject "reject_from_$1" "$2"
	put "reject_from_$1" "$2 counter jump handle_reject"
	zone_log "$1" drop "drop_from_$1" "$2"
	put "drop_from_$1" "$2 counter drop"
	[ -z "$Z_mtu_fix" ] || put mangle_forward "$2 $MSS_FIX comment \"Zone $1 ingress MTU fixing\""
}

zone_exit() {
	put output "$2 jump output_$1 comment \"Handle $1 output traffic\""
	put srcnat "$2 jump srcnat_$1 comment \"Handle $1 postrouting traffic\""
	[ -z "$Z_masq" ] || put "accept_to_$1" "meta nfproto ipv4 $2 ct state invalid counter drop comment \"Prevent NAT leakage\""
	put "accept_to_$1" "$2 counter accept"
	zone_log "$1" reject "reject_to_$1" "$2"
	put "reject_to_$1" "$2 counter jump handle_reject"
	zone_log "$1" drop "drop_to_$1" "$2"
	put "drop_to_$1" "$2 counter drop"
	[ -z "$Z_mtu_fix" ] || put mangle_forward "$2 $MSS_FIX comment \"Zone $1 egress MTU fixing\""
}

# zone_tails ZONE: what happens to what no rule took.
zone_tails() {
	read_zone "$1"
	if [ -s "$FW_WORK/chain.dstnat_$1" ]; then
		put "input_$1" 'ct status dnat accept comment "Accept port redirections"'
		put "forward_$1" 'ct status dnat accept comment "Accept port forwards"'
	fi
	put "input_$1" "jump ${Z_input}_from_$1"
	put "output_$1" "jump ${Z_output}_to_$1"
	put "forward_$1" "jump ${Z_forward}_to_$1"
	[ "$Z_forward" = accept ] || case "$Z_log" in 1 | 3) put "forward_$1" "${Z_log_limit:-limit rate 10/minute} log prefix \"$Z_forward $1 forward: \"" ;; esac
	[ -e "$FW_WORK/tail.$1" ] || return 0
	read_file "$FW_WORK/tail.$1"
	printf %s "$R" >>"$FW_WORK/chain.srcnat_$1"
}
