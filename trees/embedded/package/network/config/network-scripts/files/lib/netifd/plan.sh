# shellcheck shell=dash disable=SC2015,SC3043
# /etc/config/network → files of checked "key value" lines. The only place that reads UCI.

# Keys of an interface that may change while it stays up: only its routes, rules and resolvers follow.
SOFT_KEYS="auto metric defaultroute peerdns dns dns_search dns_metric ip4table ip6table"
SOFT_LIST=" $SOFT_KEYS "
# Keys of an interface that need it taken down and up again. What is not listed is other people's, and no reason.
HARD_KEYS="proto disabled force_link ipaddr netmask gateway ip6addr ip6gw ip6assign ip6hint
	hostname clientid vendorid reqopts sendopts defaultreqopts norelease
	username password ac service keepalive"
# Keys of a device; interfaces may set some of their own device's, as on 19.07.
DEVICE_KEYS="type vid base mode peer macaddr mtu mtu6 txqueuelen ipv6 promisc multicast acceptlocal rpfilter
	bridge_empty stp forward_delay igmp_snooping vlan_filtering ports"
CONFIG_KEYS="$SOFT_KEYS $HARD_KEYS device broadcast broadcastflag"

# pair SECTION KEY [NAME IN UCI]: adds "KEY VALUE" to TEXT, nothing when there is no value. A value is one line.
pair() {
	local value
	config_get value "$1" "${3:-$2}"
	case "$value" in
		'') ;;
		*"$NEWLINE"*) log "section '$1': option ${3:-$2} holds a line break: ignored" ;;
		*) TEXT="$TEXT$2 $value$NEWLINE" ;;
	esac
}

plan_interface() {
	local section="$1" directory="$2" device kind key proto
	is_section "$section" || { log "interface '$section': not a name"; return; }
	config_get kind "$section" type
	config_get proto "$section" proto
	config_get device "$section" device
	[ -n "$device" ] || config_get device "$section" ifname
	TEXT=''
	for key in $SOFT_KEYS $HARD_KEYS; do pair "$section" "$key"; done
	if [ "$proto" = dhcp ]; then pair "$section" broadcastflag broadcast; else pair "$section" broadcast; fi
	case "$device" in *"$NEWLINE"*) device='' ;; esac
	if [ "$kind" = bridge ]; then
		TEXT="${TEXT}device br-$section$NEWLINE"
	else
		TEXT="$TEXT${device:+device ${device%% *}$NEWLINE}"
	fi
	printf %s "$TEXT" >"$directory/interface/$section"
	TEXT=''
	if [ "$kind" = bridge ]; then
		TEXT="type bridge${NEWLINE}ports $device$NEWLINE"
		device="br-$section"
		for key in stp forward_delay igmp_snooping bridge_empty; do pair "$section" "$key"; done
	else
		device="${device%% *}"
	fi
	for key in mtu macaddr txqueuelen ipv6 promisc; do pair "$section" "$key"; done
	[ -z "$TEXT" ] || ! is_device "$device" || printf %s "$TEXT" >>"$directory/device/$device"
}

# After the interfaces: what a device's own section says stands later in the file, and counts.
plan_device() {
	local section="$1" directory="$2" name key type
	config_get name "$section" name
	is_device "$name" || { log "device '$section': '$name' is not a device's name"; return; }
	config_get type "$section" type
	TEXT=''
	for key in type vid mode macaddr mtu mtu6 txqueuelen ipv6 promisc multicast acceptlocal rpfilter \
		bridge_empty stp forward_delay igmp_snooping vlan_filtering; do
		pair "$section" "$key"
	done
	config_get key "$section" ifname
	case "$type:$key" in
		bridge:?*) pair "$section" ports ifname ;;
		bridge:) pair "$section" ports ;;
		*:?*) pair "$section" base ifname ;;
		*) pair "$section" base device ;;
	esac
	pair "$section" peer peer_name
	printf %s "$TEXT" >>"$directory/device/$name"
}

# One line a route: interface family target gateway metric table source mtu type onlink proto, "-" for none.
plan_route() {
	local section="$1" directory="$2" family="$3" value target netmask
	local interface gateway='-' metric='-' table='-' source='-' mtu='-' kind='-' onlink='-' proto='-'
	config_get_bool value "$section" disabled 0
	[ "$value" = 0 ] || return 0
	config_get interface "$section" interface
	is_section "$interface" || { log "route '$section': no interface"; return; }
	config_get target "$section" target
	config_get netmask "$section" netmask
	case "$target" in */*) ;; *)
		if [ -n "$netmask" ]; then
			prefix_length "$netmask" || { log "route '$section': bad netmask"; return; }
			target="$target/$R"
		fi
	esac
	is_family "$family" "$target" || { log "route '$section': bad target '$target'"; return; }
	case "$family $target" in '4 '*/*) network_of "$target"; target="$R/${target#*/}" ;; esac
	config_get value "$section" gateway
	if [ -n "$value" ]; then
		is_family "$family" "$value" || { log "route '$section': bad gateway '$value'"; return; }
		case "$value" in 0.0.0.0 | ::) ;; *) gateway="$value" ;; esac
	fi
	config_get value "$section" source
	! is_family "$family" "$value" || source="${value%%/*}"
	config_get value "$section" metric
	! is_word "$value" || metric="$value"
	config_get value "$section" mtu
	! is_number "$value" || mtu="$value"
	config_get value "$section" table
	if [ -n "$value" ]; then
		table_number "$value" || { log "route '$section': unknown table '$value'"; return; }
		table="$R"
	fi
	config_get value "$section" type
	case "$value" in
		unicast | local | broadcast | multicast | unreachable | prohibit | blackhole | anycast | throw) kind="$value" ;;
		'') ;;
		*) log "route '$section': unknown type '$value'"; return ;;
	esac
	config_get_bool value "$section" onlink 0
	[ "$value" = 0 ] || onlink=1
	config_get value "$section" proto
	case "$value" in kernel | boot | static) proto="$value" ;; *) ! is_between "$value" 0 255 || proto="$value" ;; esac
	echo "$interface $family $target $gateway $metric $table $source $mtu $kind $onlink $proto" >>"$directory/routes"
}

# One line a rule: family in out arguments-for-ip-rule, "-" for no interface.
plan_rule() {
	local section="$1" directory="$2" family="$3" order value key into='-' out='-' arguments=''
	RULES=$((RULES + 1)) order=$RULES
	config_get_bool value "$section" disabled 0
	[ "$value" = 0 ] || return 0
	config_get_bool value "$section" invert 0
	[ "$value" = 0 ] || arguments="not"
	for key in src dest; do
		config_get value "$section" "$key"
		[ -n "$value" ] || continue
		is_family "$family" "$value" || { log "rule '$section': bad $key '$value'"; return; }
		case "$key" in src) arguments="$arguments from $value" ;; dest) arguments="$arguments to $value" ;; esac
	done
	for key in in out; do
		config_get value "$section" "$key"
		[ -n "$value" ] || continue
		is_section "$value" || is_device "$value" || { log "rule '$section': bad $key"; return; }
		case "$key" in in) into="$value" ;; out) out="$value" ;; esac
	done
	config_get value "$section" tos
	[ -z "$value" ] || { is_word "$value" && arguments="$arguments tos $value"; } || { log "rule '$section': bad tos"; return; }
	config_get value "$section" mark
	if [ -n "$value" ]; then
		is_word "${value%%/*}" && is_word "${value##*/}" || { log "rule '$section': bad mark '$value'"; return; }
		arguments="$arguments fwmark $value"
	fi
	config_get value "$section" ipproto
	case "$value" in
		'') ;;
		# By number: ip knows the names only where there is an /etc/protocols.
		icmp) arguments="$arguments ipproto 1" ;;
		tcp) arguments="$arguments ipproto 6" ;;
		udp) arguments="$arguments ipproto 17" ;;
		ipv6-icmp | icmpv6) arguments="$arguments ipproto 58" ;;
		sctp) arguments="$arguments ipproto 132" ;;
		*[!0-9]*) log "rule '$section': unknown ipproto '$value'"; return ;;
		*) arguments="$arguments ipproto $value" ;;
	esac
	for key in sport dport uidrange; do
		config_get value "$section" "$key"
		[ -n "$value" ] || continue
		is_number "${value%%-*}" && is_number "${value##*-}" || { log "rule '$section': bad $key '$value'"; return; }
		[ "$key" != uidrange ] || case "$value" in *-*) ;; *) value="$value-$value" ;; esac
		arguments="$arguments $key $value"
	done
	config_get value "$section" priority
	[ -z "$value" ] || { is_word "$value" && order="$value"; } || { log "rule '$section': bad priority '$value'"; return; }
	arguments="$arguments pref $order"
	config_get value "$section" lookup
	config_get key "$section" goto
	if [ -n "$value" ]; then
		table_number "$value" || { log "rule '$section': unknown table '$value'"; return; }
		arguments="$arguments lookup $R"
		config_get value "$section" suppress_prefixlength
		! is_number "$value" || arguments="$arguments suppress_prefixlength $value"
	elif [ -n "$key" ]; then
		is_word "$key" || { log "rule '$section': bad goto '$key'"; return; }
		arguments="$arguments goto $key"
	else
		config_get value "$section" action
		case "$value" in
			prohibit | unreachable | blackhole | nop) arguments="$arguments $value" ;;
			*) log "rule '$section': neither lookup nor goto nor action"; return ;;
		esac
	fi
	echo "$family $into $out ${arguments# }" >>"$directory/rules"
}

plan_globals() { TEXT=''; pair "$1" ula_prefix; printf %s "$TEXT" >>"$2/globals"; }

# plan DIRECTORY: in a subshell, for what config_load leaves behind. Fails when UCI cannot read the file.
plan() (
	rm -rf "$1"
	mkdir -p "$1/interface" "$1/device"
	: >"$1/routes"
	: >"$1/globals"
	: >"$1/rules"
	# shellcheck disable=SC1091
	. /lib/functions.sh
	# config_load takes what it can out of a broken file; a network is not taken apart for half of one.
	uci -q export network >/dev/null && config_load network || { log "/etc/config/network cannot be read"; exit 1; }
	config_foreach plan_globals globals "$1"
	config_foreach plan_interface interface "$1"
	config_foreach plan_device device "$1"
	config_foreach plan_route route "$1" 4
	config_foreach plan_route route6 "$1" 6
	# A rule without a priority gets its place among the rules of its family.
	RULES=0
	config_foreach plan_rule rule "$1" 4
	RULES=0
	config_foreach plan_rule rule6 "$1" 6
)
