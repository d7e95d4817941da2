# shellcheck shell=dash disable=SC2015,SC2154,SC3043
# Devices: made when an interface needs them, set as configured, given back when nobody does.

device_exists() { [ -e "/sys/class/net/$1" ]; }

has_carrier() { local up=0; { read -r up <"/sys/class/net/$1/carrier"; } 2>/dev/null; [ "$up" = 1 ]; }

# sysfs DEVICE FILE: R is what /sys/class/net says, 0 when it says nothing.
sysfs() { R=0; { read -r R <"/sys/class/net/$1/$2"; } 2>/dev/null; R="${R:-0}"; }

set_sysctl() { { echo "$2" >"/proc/sys/net/$1"; } 2>/dev/null; return 0; }

# wanted_device NAME: its configuration in D_…. "eth0.5" is a VLAN by its name.
wanted_device() {
	local key
	for key in $DEVICE_KEYS; do unset "D_$key"; done
	[ ! -r "$NETIFD_RUN/config/device/$1" ] || read_pairs "$NETIFD_RUN/config/device/$1" D_
	[ -n "$D_type" ] || case "$1" in
		?*.[0-9]*) if is_between "${1##*.}" 1 4094; then D_type=8021q D_base="${1%.*}" D_vid="${1##*.}"; fi ;;
	esac
}

# create_device NAME: of the type in D_…. False when it cannot be now.
create_device() {
	local message
	case "$D_type" in
		bridge) set -- "$1" type bridge ;;
		8021q | 8021ad)
			is_between "$D_vid" 1 4094 && ensure_base "$D_base" "$1" || return 1
			if [ "$D_type" = 8021ad ]; then message=802.1ad; else message=802.1q; fi
			set -- "$1" link "$D_base" type vlan proto "$message" id "$D_vid"
			;;
		macvlan)
			ensure_base "$D_base" "$1" || return 1
			case "$D_mode" in private | vepa | bridge | passthru) ;; *) D_mode=vepa ;; esac
			set -- "$1" link "$D_base" type macvlan mode "$D_mode"
			;;
		veth)
			is_device "$D_peer" || return 1
			set -- "$1" type veth peer name "$D_peer"
			;;
		tunnel | tun) ;;
		*) return 1 ;;
	esac
	# Noted first: what was made by a run that was killed is still known to be ours.
	write_file "$NETIFD_RUN/device/$1" "$D_type $D_base $D_vid$NEWLINE"
	case "$D_type" in
		tunnel | tun) message="$(ip tuntap add dev "$1" mode tun 2>&1)" ;;
		*) message="$(ip link add name "$@" 2>&1)" ;;
	esac || {
		rm -f "$NETIFD_RUN/device/$1"
		log "device $1: $message"
		return 1
	}
}

# ensure_base BASE NAME: the device below another one exists and is up. In a subshell, so that D_… stay NAME's.
ensure_base() (
	is_device "$1" && [ "$1" != "$2" ] || return 1
	NETIFD_DEPTH=$((${NETIFD_DEPTH:-0} + 1))
	[ "$NETIFD_DEPTH" -le 4 ] && claim_device "$1"
)

# applied_text NAME: R is what says that a device has been set: its configuration and its number.
applied_text() {
	local text
	read_file "$NETIFD_RUN/config/device/$1"
	text="$R"
	sysfs "$1" ifindex
	R="$text$R$NEWLINE"
}

# device_is_set NAME: nothing has changed since claim_device.
device_is_set() {
	local text
	applied_text "$1"
	text="$R"
	read_file "$NETIFD_RUN/applied/$1" && [ "$R" = "$text" ]
}

# claim_device NAME: it exists, is set as wanted, and is up. Safe to repeat.
claim_device() {
	wanted_device "$1"
	drop_stale_device "$1"
	device_exists "$1" || create_device "$1" || return 1
	if [ "$D_type" = bridge ]; then
		set_bridge "$1"
		sync_ports "$1"
		has_ports "$1" || is_true "$D_bridge_empty" || return 1
	fi
	set_device "$1"
	ip link set dev "$1" up 2>/dev/null || return 1
	set_sysctl "ipv4/conf/$1/promote_secondaries" 1
	applied_text "$1"
	[ -d "$NETIFD_RUN/applied" ] || mkdir -p "$NETIFD_RUN/applied"
	write_file "$NETIFD_RUN/applied/$1" "$R"
}

has_ports() { set -- "/sys/class/net/$1/brif/"*; [ -e "$1" ]; }

# A device of ours whose type, base or tag is another one now has to be made again.
drop_stale_device() {
	[ -e "$NETIFD_RUN/device/$1" ] || return 0
	read_file "$NETIFD_RUN/device/$1"
	[ "$R" = "$D_type $D_base $D_vid$NEWLINE" ] || release_device "$1"
}

# set_switch VALUE COMMAND…: the command with "on" or "off", when there is a value.
set_switch() {
	local value="$1"
	[ -n "$value" ] || return 0
	shift
	if is_true "$value"; then "$@" on; else "$@" off; fi
}

set_flag_sysctl() {
	[ -n "$1" ] || return 0
	if is_true "$1"; then set_sysctl "$2" "$3"; else set_sysctl "$2" "$((1 - $3))"; fi
}

set_device() {
	local name="$1"
	! is_mac "$D_macaddr" || set_address "$name" "$D_macaddr"
	if is_between "$D_mtu" 68 65535; then
		sysfs "$name" mtu
		[ "$R" = "$D_mtu" ] || ip link set dev "$name" mtu "$D_mtu" 2>/dev/null || log "device $name: mtu $D_mtu refused"
	fi
	! is_number "$D_txqueuelen" || ip link set dev "$name" txqueuelen "$D_txqueuelen" 2>/dev/null
	set_switch "$D_promisc" ip link set dev "$name" promisc
	set_switch "$D_multicast" ip link set dev "$name" multicast
	set_flag_sysctl "$D_ipv6" "ipv6/conf/$name/disable_ipv6" 0
	! is_between "$D_mtu6" 1280 65535 || set_sysctl "ipv6/conf/$name/mtu" "$D_mtu6"
	set_flag_sysctl "$D_acceptlocal" "ipv4/conf/$name/accept_local" 1
	case "$D_rpfilter" in
		0 | disabled) set_sysctl "ipv4/conf/$name/rp_filter" 0 ;;
		1 | strict) set_sysctl "ipv4/conf/$name/rp_filter" 1 ;;
		2 | loose) set_sysctl "ipv4/conf/$name/rp_filter" 2 ;;
	esac
}

# Some drivers take a hardware address only while they are down.
set_address() {
	sysfs "$1" address
	case "$R" in "$2" | "$(printf %s "$2" | tr A-F a-f)") return 0 ;; esac
	ip link set dev "$1" address "$2" 2>/dev/null || {
		ip link set dev "$1" down
		ip link set dev "$1" address "$2"
	} 2>/dev/null || log "device $1: address $2 refused"
}

# set_bridge NAME: in one command; a bridge without STP forwards after two seconds, as OpenWrt's.
set_bridge() {
	local words
	if is_true "$D_stp"; then words="stp_state 1"; else words="stp_state 0"; fi
	is_between "$D_forward_delay" 2 30 || D_forward_delay=2
	words="$words forward_delay $((D_forward_delay * 100))"
	case "$D_igmp_snooping" in '') ;; *) if is_true "$D_igmp_snooping"; then words="$words mcast_snooping 1"; else words="$words mcast_snooping 0"; fi ;; esac
	case "$D_vlan_filtering" in '') ;; *) if is_true "$D_vlan_filtering"; then words="$words vlan_filtering 1"; else words="$words vlan_filtering 0"; fi ;; esac
	# shellcheck disable=SC2086
	ip link set dev "$1" type bridge $words 2>/dev/null || log "bridge $1: some of '$words' refused"
}

# sync_ports BRIDGE: its ports are the wanted ones that exist; the bridge wears the first one's address.
sync_ports() {
	local bridge="$1" port path first=''
	for path in "/sys/class/net/$bridge/brif/"*; do
		[ -e "$path" ] || continue
		port="${path##*/}"
		case " $D_ports " in *" $port "* | *" $port:"*) ;; *) ip link set dev "$port" nomaster; release_device "$port" ;; esac
	done
	set -f
	for port in $D_ports; do
		port="${port%%:*}"
		if [ ! -e "/sys/class/net/$bridge/brif/$port" ]; then add_port "$bridge" "$port" || continue; fi
		[ -n "$first" ] || first="$port"
	done
	set +f
	[ -n "$first" ] && [ -z "$D_macaddr" ] || return 0
	sysfs "$first" address
	set_address "$bridge" "$R"
}

add_port() {
	ensure_base "$2" "$1" || return 1
	set_sysctl "ipv6/conf/$2/disable_ipv6" 1
	ip link set dev "$2" master "$1" 2>/dev/null || { log "bridge $1: $2 refused"; return 1; }
}

# release_device NAME: given back. What was made here is deleted, what was found is set down.
release_device() {
	local port
	rm -f "$NETIFD_RUN/applied/$1"
	device_exists "$1" || { rm -f "$NETIFD_RUN/device/$1"; return 0; }
	for port in "/sys/class/net/$1/brif/"*; do
		[ -e "$port" ] || continue
		ip link set dev "${port##*/}" nomaster
		release_device "${port##*/}"
	done
	ip link set dev "$1" down 2>/dev/null
	[ -e "$NETIFD_RUN/device/$1" ] || return 0
	ip link delete dev "$1" 2>/dev/null
	rm -f "$NETIFD_RUN/device/$1"
}

# device_in_use NAME EXCEPT: does another interface that is not down use it, or stand upon it?
device_in_use() {
	local path
	for path in "$NETIFD_RUN"/interface/*; do
		[ "${path##*/}" != "$2" ] || continue
		value_in "$path/state" device && [ "$R" = "$1" ] && value_in "$path/state" state && [ "$R" != down ] && return 0
	done
	for path in "/sys/class/net/$1"/upper_* "/sys/class/net/$1"/master; do [ ! -e "$path" ] || return 0; done
	return 1
}
