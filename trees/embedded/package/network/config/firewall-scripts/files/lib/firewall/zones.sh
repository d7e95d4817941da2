# shellcheck shell=dash disable=SC3043,SC2154
# Zones: which devices and subnets they are, and the chains that bear their names.

# network_device NAME: the device of an interface, up or not.
network_device() {
	fw_name "$1" || return 1
	sed -n 's/^device \(..*\)/\1/p' "$NETIFD_RUN/interface/$1/state" "$NETIFD_RUN/config/interface/$1" 2>/dev/null | grep -v '^@' | head -n 1
}

# network_addresses NAME FAMILY: its addresses with their lengths.
network_addresses() {
	fw_name "$1" || return 1
	sed -n "s/^address $2 \([^ ]*\) .*/\1/p" "$NETIFD_RUN/interface/$1/lines" 2>/dev/null
}

# quoted_devices LIST: "eth1", "tun*"
quoted_devices() {
	local device words=''
	for device in $1; do words="$words, \"${device%+}$(case "$device" in *+) echo '*' ;; esac)\""; done
	echo "${words#, }"
}

# zone_matches ZONE i|o: one expression a line, for the devices and the subnets of a zone. Nothing when it has neither.
zone_matches() {
	local devices nets4 nets6 direction="$2" side=saddr interface=''
	read_zone "$1"
	[ "$direction" = i ] || side=daddr
	devices="$Z_devices" nets4="$Z_nets4" nets6="$Z_nets6"
	[ -z "$devices" ] || interface="${direction}ifname { $(quoted_devices "$devices") }"
	case "$Z_family" in 4) nets6='' ;; 6) nets4='' ;; esac
	if [ -n "$nets4$nets6" ]; then
		[ -z "$nets4" ] || echo "$interface ip $side { $nets4 }"
		[ -z "$nets6" ] || echo "$interface ip6 $side { $nets6 }"
	elif [ -n "$interface" ]; then
		case "$Z_family" in 4) echo "meta nfproto ipv4 $interface" ;; 6) echo "meta nfproto ipv6 $interface" ;; *) echo "$interface" ;; esac
	fi
}

# read_zone NAME: what add_zone wrote.
read_zone() {
	local key value
	Z_devices='' Z_networks='' Z_nets4='' Z_nets6='' Z_family='' Z_input='' Z_output='' Z_forward='' Z_masq='' Z_masq6='' Z_mtu_fix='' Z_log='' Z_log_limit=''
	while read -r key value; do
		case "$key" in
			devices) Z_devices="$value" ;; networks) Z_networks="$value" ;; nets4) Z_nets4="$value" ;; nets6) Z_nets6="$value" ;;
			family) Z_family="$value" ;; input) Z_input="$value" ;; output) Z_output="$value" ;; forward) Z_forward="$value" ;;
			masq) Z_masq="$value" ;; masq6) Z_masq6="$value" ;; mtu_fix) Z_mtu_fix="$value" ;;
			log) Z_log="$value" ;; log_limit) Z_log_limit="$value" ;;
		esac
	done <"$FW_WORK/zone.$1"
}

is_zone() { fw_name "$1" && [ -r "$FW_WORK/zone.$1" ]; }

# read_policy SECTION OPTION DEFAULT: accept, reject or drop.
read_policy() {
	local value
	config_get value "$1" "$2" "$3"
	case "$value" in
		ACCEPT | accept) echo accept ;; REJECT | reject) echo reject ;; DROP | drop) echo drop ;;
		*) return 1 ;;
	esac
}

add_zone() {
	local name value item found devices='' networks='' nets4='' nets6='' policy
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
		found="$(network_device "$item")"
		[ -z "$found" ] || case " $devices " in *" $found "*) ;; *) devices="$devices $found" ;; esac
	done
	config_get value "$1" device
	for item in $value; do
		if is_device "${item%+}"; then devices="$devices $item"; else fault device "'$item' is not a device"; fi
	done
	config_get value "$1" subnet
	for item in $value; do
		found="$(fw_address "$item")" || { fault subnet "'$item' is not a subnet"; continue; }
		case "$found" in 4*) nets4="$nets4, ${found#? }" ;; *) nets6="$nets6, ${found#? }" ;; esac
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
			policy="$(read_policy "$1" "$item" "$value")" || { fault "$item" "is none of ACCEPT, REJECT, DROP"; policy=drop; }
			echo "$item $policy"
		done
		for item in masq masq6 mtu_fix log; do
			config_get value "$1" "$item" 0
			if is_true "$value"; then echo "$item 1"; elif [ "$item" = log ] && is_between "$value" 1 3; then echo "log $value"; fi
		done
		config_get value "$1" log_limit
		[ -z "$value" ] || { value="$(fw_limit "$value")" && echo "log_limit $value"; } || fault log_limit "is not a rate"
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
	[ -z "$Z_masq" ] || put "tail.srcnat_$1" "meta nfproto ipv4$M_saddr4$M_daddr4 masquerade comment \"Masquerade IPv4 of $1\""
	[ -z "$Z_masq6" ] || put "tail.srcnat_$1" "meta nfproto ipv6$M_saddr6$M_daddr6 masquerade comment \"Masquerade IPv6 of $1\""
}

# zone_log ZONE WORD: a log statement for what a zone refuses.
zone_log() {
	case "$Z_log" in
		1 | 3) put "$3" "$4 ${Z_log_limit:-limit rate 10/minute} log prefix \"$2 $1: \"" ;;
	esac
}

# zone_chains ZONE: the chains that a packet of the zone goes through, and the jumps into them.
zone_chains() {
	local zone="$1" match verdict
	for chain in input output forward accept_from accept_to reject_from reject_to drop_from drop_to srcnat dstnat; do
		: >>"$FW_WORK/chain.${chain}_$zone"
	done
	read_zone "$zone"
	zone_matches "$zone" i >"$FW_WORK/match.in"
	zone_matches "$zone" o >"$FW_WORK/match.out"
	while read -r match; do
		put input "$match jump input_$zone comment \"Handle $zone input traffic\""
		put forward "$match jump forward_$zone comment \"Handle $zone forward traffic\""
		put dstnat "$match jump dstnat_$zone comment \"Handle $zone prerouting traffic\""
		put "accept_from_$zone" "$match counter accept"
		zone_log "$zone" reject "reject_from_$zone" "$match"
		put "reject_from_$zone" "$match counter jump handle_reject"
		zone_log "$zone" drop "drop_from_$zone" "$match"
		put "drop_from_$zone" "$match counter drop"
		[ -z "$Z_mtu_fix" ] || put mangle_forward "$match tcp flags & (fin | syn | rst) == syn tcp option maxseg size set rt mtu comment \"Zone $zone ingress MTU fixing\""
	done <"$FW_WORK/match.in"
	while read -r match; do
		put output "$match jump output_$zone comment \"Handle $zone output traffic\""
		put srcnat "$match jump srcnat_$zone comment \"Handle $zone postrouting traffic\""
		[ -z "$Z_masq" ] || put "accept_to_$zone" "meta nfproto ipv4 $match ct state invalid counter drop comment \"Prevent NAT leakage\""
		put "accept_to_$zone" "$match counter accept"
		zone_log "$zone" reject "reject_to_$zone" "$match"
		put "reject_to_$zone" "$match counter jump handle_reject"
		zone_log "$zone" drop "drop_to_$zone" "$match"
		put "drop_to_$zone" "$match counter drop"
		[ -z "$Z_mtu_fix" ] || put mangle_forward "$match tcp flags & (fin | syn | rst) == syn tcp option maxseg size set rt mtu comment \"Zone $zone egress MTU fixing\""
	done <"$FW_WORK/match.out"
}

# zone_tails ZONE: what happens to what no rule took.
zone_tails() {
	local zone="$1"
	read_zone "$zone"
	if grep -q . "$FW_WORK/chain.dstnat_$zone"; then
		put "input_$zone" 'ct status dnat accept comment "Accept port redirections"'
		put "forward_$zone" 'ct status dnat accept comment "Accept port forwards"'
	fi
	put "input_$zone" "jump ${Z_input}_from_$zone"
	put "output_$zone" "jump ${Z_output}_to_$zone"
	put "forward_$zone" "jump ${Z_forward}_to_$zone"
	[ "$Z_forward" = accept ] || case "$Z_log" in 1 | 3) put "forward_$zone" "${Z_log_limit:-limit rate 10/minute} log prefix \"$Z_forward $zone forward: \"" ;; esac
	[ ! -e "$FW_WORK/chain.tail.srcnat_$zone" ] || cat "$FW_WORK/chain.tail.srcnat_$zone" >>"$FW_WORK/chain.srcnat_$zone"
	rm -f "$FW_WORK/chain.tail.srcnat_$zone"
}
