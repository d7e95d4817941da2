# shellcheck shell=busybox
# /etc/config/network → files of checked "key value" lines. The only place that reads UCI.

# Keys of an interface that may change while it stays up: only its routes, rules and resolvers follow.
SOFT_KEYS="auto metric defaultroute peerdns dns dns_search dns_metric ip4table ip6table
	mtu txqueuelen promisc macaddr ipv6 ports"
# Keys of an interface that need it taken down and up again.
HARD_KEYS="proto disabled force_link device bridge ipaddr netmask broadcast gateway ip6addr ip6gw ip6assign ip6hint
	hostname clientid vendorid reqopts sendopts defaultreqopts norelease broadcastflag
	username password ac service mtu_ppp keepalive"
# Keys of a device.
DEVICE_KEYS="type vid base mode peer macaddr mtu mtu6 txqueuelen ipv6 promisc multicast acceptlocal rpfilter
	bridge_empty stp forward_delay igmp_snooping vlan_filtering ports"
CONFIG_KEYS="$SOFT_KEYS $HARD_KEYS $DEVICE_KEYS"

# emit KEY VALUE…: nothing for an empty value; a value is one line.
emit() {
	local key="$1" value
	shift
	value="$*"
	[ -n "$value" ] || return 0
	case "$value" in *"
"*) log "option $key holds a line break: ignored"; return 0 ;; esac
	printf '%s %s\n' "$key" "$value"
}

# option SECTION KEY [NAME IN UCI]
option() {
	local value
	config_get value "$1" "${3:-$2}"
	emit "$2" "$value"
}

plan_interface() {
	local section="$1" directory="$2" device kind key
	is_section "$section" || { log "interface '$section': not a name"; return; }
	config_get kind "$section" type
	config_get device "$section" device
	[ -n "$device" ] || config_get device "$section" ifname
	{
		if [ "$kind" = bridge ]; then
			emit bridge 1
			emit ports "$device"
			device="br-$section"
		else
			set -f
			# shellcheck disable=SC2086
			set -- $device
			set +f
			device="$1"
		fi
		emit device "$device"
		for key in proto auto disabled force_link metric defaultroute peerdns dns dns_search dns_metric \
			ip4table ip6table ipaddr netmask gateway ip6addr ip6gw ip6assign ip6hint mtu txqueuelen promisc \
			macaddr ipv6 hostname clientid vendorid reqopts sendopts defaultreqopts norelease \
			username password ac service keepalive; do
			option "$section" "$key"
		done
		config_get key "$section" proto
		if [ "$key" = dhcp ]; then option "$section" broadcastflag broadcast; else option "$section" broadcast; fi
	} >"$directory/interface/$section"
}

plan_device() {
	local section="$1" directory="$2" name key
	config_get name "$section" name
	is_device "$name" || { log "device '$section': '$name' is not a device's name"; return; }
	{
		for key in type vid mode macaddr mtu mtu6 txqueuelen ipv6 promisc multicast acceptlocal rpfilter \
			bridge_empty stp forward_delay igmp_snooping vlan_filtering; do
			option "$section" "$key"
		done
		config_get key "$section" type
		if [ "$key" = bridge ]; then
			config_get key "$section" ports
			[ -n "$key" ] || config_get key "$section" ifname
			emit ports "$key"
		else
			config_get key "$section" ifname
			[ -n "$key" ] || config_get key "$section" device
			emit base "$key"
		fi
		option "$section" peer peer_name
	} >"$directory/device/$name"
}

# One line a route: interface family target gateway metric table source mtu type onlink proto, "-" for none.
plan_route() {
	local section="$1" directory="$2" default="$3" family value target netmask
	local interface gateway='-' metric='-' table='-' source='-' mtu='-' kind='-' onlink='-' proto='-'
	config_get_bool value "$section" disabled 0
	[ "$value" = 0 ] || return 0
	config_get interface "$section" interface
	is_section "$interface" || { log "route '$section': no interface"; return; }
	config_get target "$section" target
	config_get netmask "$section" netmask
	case "$target" in */*) ;; *)
		if [ -n "$netmask" ]; then
			netmask="$(prefix_length "$netmask")" || { log "route '$section': bad netmask"; return; }
			target="$target/$netmask"
		fi
	esac
	family="$(family_of "$target")" && [ "$family" = "$default" ] || { log "route '$section': bad target '$target'"; return; }
	[ "$family" = 6 ] || case "$target" in */*) target="$(network_of "$target")/${target#*/}" ;; esac
	config_get value "$section" gateway
	if [ -n "$value" ]; then
		[ "$(family_of "$value")" = "$family" ] || { log "route '$section': bad gateway '$value'"; return; }
		case "$value" in 0.0.0.0 | ::) ;; *) gateway="$value" ;; esac
	fi
	config_get value "$section" source
	[ -z "$value" ] || [ "$(family_of "$value")" != "$family" ] || source="${value%%/*}"
	config_get value "$section" metric
	! is_word "$value" || metric="$value"
	config_get value "$section" mtu
	! is_number "$value" || mtu="$value"
	config_get value "$section" table
	[ -z "$value" ] || table="$(table_number "$value")" || { log "route '$section': unknown table '$value'"; return; }
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
	order=$(($(grep -c "^$family " "$directory/rules") + 1))
	config_get_bool value "$section" disabled 0
	[ "$value" = 0 ] || return 0
	config_get_bool value "$section" invert 0
	[ "$value" = 0 ] || arguments="not"
	for key in src dest; do
		config_get value "$section" "$key"
		[ -n "$value" ] || continue
		[ "$(family_of "$value")" = "$family" ] || { log "rule '$section': bad $key '$value'"; return; }
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
		*[!a-z0-9-]* | -*) log "rule '$section': bad ipproto"; return ;;
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
		value="$(table_number "$value")" || { log "rule '$section': unknown table"; return; }
		arguments="$arguments lookup $value"
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
	echo "$family $into $out $arguments" >>"$directory/rules"
}

plan_globals() { option "$1" ula_prefix >>"$2/globals"; }

# plan DIRECTORY: fails, and leaves nothing to use, when UCI cannot read the file.
plan() (
	rm -rf "$1"
	mkdir -p "$1/interface" "$1/device"
	: >"$1/routes" >"$1/globals"
	: >"$1/rules"
	# shellcheck disable=SC1091
	. /lib/functions.sh
	uci -q show network >/dev/null && config_load network || { log "/etc/config/network cannot be read"; exit 1; }
	config_foreach plan_globals globals "$1"
	config_foreach plan_interface interface "$1"
	config_foreach plan_device device "$1"
	config_foreach plan_route route "$1" 4
	config_foreach plan_route route6 "$1" 6
	config_foreach plan_rule rule "$1" 4
	config_foreach plan_rule rule6 "$1" 6
)
