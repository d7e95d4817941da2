# shellcheck shell=busybox
# Devices: made when an interface needs them, set as configured, given back when nobody does.

device_exists() { [ -e "/sys/class/net/$1" ]; }

has_carrier() { local up=0; { read -r up <"/sys/class/net/$1/carrier"; } 2>/dev/null; [ "$up" = 1 ]; }

# sysfs DEVICE FILE: prints a number of /sys/class/net, 0 when there is none.
sysfs() { local value=0; { read -r value <"/sys/class/net/$1/$2"; } 2>/dev/null; echo "${value:-0}"; }

set_sysctl() { { echo "$2" >"/proc/sys/net/$1"; } 2>/dev/null; return 0; }

# wanted_device NAME: its configuration in D_…; true when it has a section, or is a bridge or VLAN by its name.
wanted_device() {
	local saved key value path="$NETIFD_RUN/config/device/$1" owner
	for key in $DEVICE_KEYS; do unset "D_$key"; done
	if [ -r "$path" ]; then
		while read -r key value; do
			case "$key" in '' | *[!a-z0-9_]*) continue ;; esac
			# shellcheck disable=SC2229
			read -r "D_$key" <<-END
				$value
			END
		done <"$path"
	fi
	# What an interface section says about its own device, in the form of 19.07.
	for owner in $(interface_names); do
		saved=
		while read -r key value; do [ "$key" = device ] && saved="$value"; done <"$NETIFD_RUN/config/interface/$owner"
		[ "$saved" = "$1" ] || continue
		while read -r key value; do
			case "$key" in
				bridge) D_type=bridge ;;
				ports) D_ports="$value" ;;
				mtu) D_mtu="${D_mtu:-$value}" ;; macaddr) D_macaddr="${D_macaddr:-$value}" ;;
				txqueuelen) D_txqueuelen="${D_txqueuelen:-$value}" ;; ipv6) D_ipv6="${D_ipv6:-$value}" ;;
				promisc) D_promisc="${D_promisc:-$value}" ;;
			esac
		done <"$NETIFD_RUN/config/interface/$owner"
	done
	[ -n "$D_type" ] || case "$1" in
		?*.[0-9]*) if is_between "${1##*.}" 1 4094; then D_type=8021q D_base="${1%.*}" D_vid="${1##*.}"; fi ;;
	esac
	return 0
}

# create_device NAME: of the type in D_…. False when it cannot be now.
create_device() {
	local message mode
	case "$D_type" in
		bridge) set -- "$1" type bridge ;;
		8021q | 8021ad)
			is_device "$D_base" && is_between "$D_vid" 1 4094 || return 1
			ensure_base "$D_base" "$1" || return 1
			[ "$D_type" = 8021ad ] && mode=802.1ad || mode=802.1q
			set -- "$1" link "$D_base" type vlan proto "$mode" id "$D_vid"
			;;
		macvlan)
			is_device "$D_base" && ensure_base "$D_base" "$1" || return 1
			case "$D_mode" in private | vepa | bridge | passthru) mode="$D_mode" ;; *) mode=vepa ;; esac
			set -- "$1" link "$D_base" type macvlan mode "$mode"
			;;
		veth)
			is_device "$D_peer" || return 1
			set -- "$1" type veth peer name "$D_peer"
			;;
		tunnel | tun)
			message="$(ip tuntap add dev "$1" mode tun 2>&1)" || { log "device $1: $message"; return 1; }
			echo tun >"$NETIFD_RUN/device/$1"
			return 0
			;;
		*) return 1 ;;
	esac
	# Noted first: what was made by a run that was killed is still known to be ours.
	echo "$D_type $D_base $D_vid" >"$NETIFD_RUN/device/$1"
	message="$(ip link add name "$@" 2>&1)" || {
		rm -f "$NETIFD_RUN/device/$1"
		log "device $1: $message"
		return 1
	}
}

# ensure_base BASE NAME: the device below a VLAN or macvlan exists and is up. D_… survive.
ensure_base() { ( [ "$1" != "$2" ] && NETIFD_DEPTH=$((${NETIFD_DEPTH:-0} + 1)) && [ "$NETIFD_DEPTH" -le 4 ] && claim_device "$1" ); }

# claim_device NAME: it exists, is set as wanted, and is up. Safe to repeat.
claim_device() {
	wanted_device "$1"
	drop_stale_device "$1"
	device_exists "$1" || create_device "$1" || return 1
	set_device "$1"
	if [ "$D_type" = bridge ]; then
		sync_ports "$1"
		[ -n "$(ls "/sys/class/net/$1/brif" 2>/dev/null)" ] || is_true "$D_bridge_empty" || return 1
	fi
	ip link set dev "$1" up 2>/dev/null || return 1
	set_sysctl "ipv4/conf/$1/promote_secondaries" 1
}

# A device of ours whose type, base or tag is another one now has to be made again.
drop_stale_device() {
	local made
	[ -r "$NETIFD_RUN/device/$1" ] || return 0
	read -r made <"$NETIFD_RUN/device/$1"
	case "$D_type" in
		bridge | 8021q | 8021ad | macvlan | veth)
			[ "$made" = "$D_type${D_base:+ $D_base}${D_vid:+ $D_vid}" ] || release_device "$1" ;;
	esac
}

set_device() {
	local name="$1" now
	if is_mac "$D_macaddr"; then
		read -r now <"/sys/class/net/$name/address"
		[ "$(echo "$D_macaddr" | tr A-F a-f)" = "$now" ] || ip link set dev "$name" address "$D_macaddr" 2>/dev/null ||
			{ ip link set dev "$name" down; ip link set dev "$name" address "$D_macaddr" || log "device $name: address $D_macaddr refused"; } 2>/dev/null
	fi
	if is_between "$D_mtu" 68 65535 && [ "$(sysfs "$name" mtu)" != "$D_mtu" ]; then
		ip link set dev "$name" mtu "$D_mtu" 2>/dev/null || log "device $name: mtu $D_mtu refused"
	fi
	! is_number "$D_txqueuelen" || ip link set dev "$name" txqueuelen "$D_txqueuelen" 2>/dev/null
	case "$D_promisc" in '') ;; *) if is_true "$D_promisc"; then now=on; else now=off; fi; ip link set dev "$name" promisc "$now" ;; esac
	case "$D_multicast" in '') ;; *) if is_true "$D_multicast"; then now=on; else now=off; fi; ip link set dev "$name" multicast "$now" ;; esac
	case "$D_ipv6" in '') ;; *) if is_true "$D_ipv6"; then now=0; else now=1; fi; set_sysctl "ipv6/conf/$name/disable_ipv6" "$now" ;; esac
	! is_between "$D_mtu6" 1280 65535 || set_sysctl "ipv6/conf/$name/mtu" "$D_mtu6"
	case "$D_acceptlocal" in '') ;; *) if is_true "$D_acceptlocal"; then now=1; else now=0; fi; set_sysctl "ipv4/conf/$name/accept_local" "$now" ;; esac
	case "$D_rpfilter" in
		0 | disabled) set_sysctl "ipv4/conf/$name/rp_filter" 0 ;;
		1 | strict) set_sysctl "ipv4/conf/$name/rp_filter" 1 ;;
		2 | loose) set_sysctl "ipv4/conf/$name/rp_filter" 2 ;;
	esac
	[ "$D_type" != bridge ] || set_bridge "$name"
}

set_bridge() {
	local now=0
	! is_true "$D_stp" || now=1
	ip link set dev "$1" type bridge stp_state "$now" 2>/dev/null
	is_between "$D_forward_delay" 2 30 || D_forward_delay=2
	ip link set dev "$1" type bridge forward_delay "$((D_forward_delay * 100))" 2>/dev/null
	case "$D_igmp_snooping" in '') ;; *) now=0; ! is_true "$D_igmp_snooping" || now=1; ip link set dev "$1" type bridge mcast_snooping "$now" 2>/dev/null ;; esac
	case "$D_vlan_filtering" in '') ;; *) now=0; ! is_true "$D_vlan_filtering" || now=1; ip link set dev "$1" type bridge vlan_filtering "$now" 2>/dev/null ;; esac
	return 0
}

# sync_ports BRIDGE: its ports are the wanted ones that exist; the bridge wears the first one's address.
sync_ports() {
	local bridge="$1" port path first='' address
	for path in "/sys/class/net/$bridge/brif/"*; do
		[ -e "$path" ] || continue
		port="${path##*/}"
		case " $D_ports " in *" $port "*) ;; *) ip link set dev "$port" nomaster; release_device "$port" ;; esac
	done
	set -f
	for port in $D_ports; do
		port="${port%%:*}"
		is_device "$port" && [ "$port" != "$bridge" ] || continue
		[ -e "/sys/class/net/$bridge/brif/$port" ] || {
			ensure_base "$port" "$bridge" || continue
			set_sysctl "ipv6/conf/$port/disable_ipv6" 1
			ip link set dev "$port" master "$bridge" 2>/dev/null || { log "bridge $bridge: $port refused"; continue; }
		}
		[ -n "$first" ] || first="$port"
	done
	set +f
	[ -n "$first" ] && [ -z "$D_macaddr" ] || return 0
	read -r address <"/sys/class/net/$first/address"
	[ "$address" = "$(cat "/sys/class/net/$bridge/address")" ] || ip link set dev "$bridge" address "$address"
}

# release_device NAME: given back. What was made here is deleted, what was found is set down.
release_device() {
	local port
	device_exists "$1" || { rm -f "$NETIFD_RUN/device/$1"; return 0; }
	for port in "/sys/class/net/$1/brif/"*; do
		[ -e "$port" ] || continue
		ip link set dev "${port##*/}" nomaster
		ip link set dev "${port##*/}" down
	done
	ip link set dev "$1" down 2>/dev/null
	[ -e "$NETIFD_RUN/device/$1" ] || return 0
	ip link delete dev "$1" 2>/dev/null
	rm -f "$NETIFD_RUN/device/$1"
}

# device_in_use NAME EXCEPT: does another interface that is not down use it, or stand upon it?
device_in_use() {
	local other path
	for path in "$NETIFD_RUN"/interface/*; do
		other="${path##*/}"
		[ "$other" != "$2" ] && [ -r "$path/state" ] || continue
		grep -qx "device $1" "$path/state" && ! grep -qx 'state down' "$path/state" && return 0
	done
	for path in "/sys/class/net/$1"/upper_*; do [ -e "$path" ] && return 0; done
	return 1
}
