# shellcheck shell=dash disable=SC1091,SC2015,SC2016,SC2086,SC2116,SC3043
# What scripts ask about the network, by the names OpenWrt's scripts know. Each sets the variable it is given.

_NETWORK_RUN=/var/run/netifd

_network_up() {
	case "$1" in '' | *[!A-Za-z0-9_]*) return 1 ;; esac
	grep -qx 'state up' "$_NETWORK_RUN/interface/$1/state" 2>/dev/null
}

# _network_set VARIABLE VALUE: false, and the variable empty, when there is no value.
_network_set() {
	case "$1" in '' | [0-9]* | *[!A-Za-z0-9_]*) return 1 ;; esac
	eval "$1=\"\$2\""
	[ -n "$2" ]
}

# _network_lines VARIABLE INTERFACE AWK-PROGRAM [all]: from the lines of an interface that is up.
_network_lines() {
	local value=''
	if _network_up "$2"; then
		value="$(awk "$3" "$_NETWORK_RUN/interface/$2/lines" 2>/dev/null)"
		if [ -n "$4" ]; then value="$(echo $value)"; else value="${value%%[!0-9a-zA-Z:./_-]*}"; fi
	fi
	_network_set "$1" "$value"
}

_network_first() { _network_lines "$1" "$2" "$3 { $4; exit }"; }

network_get_ipaddr() { _network_first "$1" "$2" '/^address 4 /' 'sub("/.*", "", $3); print $3'; }
network_get_ipaddr6() { _network_first "$1" "$2" '/^address 6 /' 'sub("/.*", "", $3); print $3'; }
network_get_subnet() { _network_first "$1" "$2" '/^address 4 /' 'print $3'; }
network_get_subnet6() { _network_first "$1" "$2" '/^address 6 /' 'print $3'; }
network_get_ipaddrs() { _network_lines "$1" "$2" '/^address 4 / { sub("/.*", "", $3); print $3 }' all; }
network_get_ipaddrs6() { _network_lines "$1" "$2" '/^address 6 / { sub("/.*", "", $3); print $3 }' all; }
network_get_ipaddrs_all() { _network_lines "$1" "$2" '/^address / { sub("/.*", "", $3); print $3 }' all; }
network_get_subnets() { _network_lines "$1" "$2" '/^address 4 / { print $3 }' all; }
network_get_subnets6() { _network_lines "$1" "$2" '/^address 6 / { print $3 }' all; }
network_get_gateway() { _network_first "$1" "$2" '/^route 4 default via /' 'print $5'; }
network_get_gateway6() { _network_first "$1" "$2" '/^route 6 default via /' 'print $5'; }
network_get_dnsserver() { _network_lines "$1" "$2" '/^dns / { print $2 }' all; }
network_get_dnssearch() { _network_lines "$1" "$2" '/^search / { print $2 }' all; }

_network_config() {
	local value=''
	! _network_up "$2" || value="$(sed -n "s/^$3 //p" "$_NETWORK_RUN/config/interface/$2")"
	_network_set "$1" "${value:-$4}"
}

network_get_protocol() { _network_config "$1" "$2" proto; }
network_get_metric() { _network_config "$1" "$2" metric; }

network_get_device() {
	local value=''
	! _network_up "$2" || value="$(sed -n 's/^device //p' "$_NETWORK_RUN/interface/$2/state")"
	_network_set "$1" "$value"
}
network_get_physdev() {
	local value=''
	case "$2" in '' | *[!A-Za-z0-9_]*) ;; *) value="$(sed -n 's/^device //p' "$_NETWORK_RUN/config/interface/$2" 2>/dev/null)" ;; esac
	_network_set "$1" "$value"
}

network_get_uptime() {
	local since='' now
	! _network_up "$2" || since="$(sed -n 's/^since //p' "$_NETWORK_RUN/interface/$2/state")"
	read -r now _ </proc/uptime
	_network_set "$1" "${since:+$((${now%.*} - since))}"
}

network_is_up() { _network_up "$1"; }

# _network_find VARIABLE PATTERN: the interface with the default route of the lowest metric.
_network_find() {
	local path name metric best='' least=''
	for path in "$_NETWORK_RUN"/interface/*; do
		name="${path##*/}"
		_network_up "$name" && grep -q "$2" "$path/lines" 2>/dev/null || continue
		metric="$(sed -n "/$2/s/.* metric \([0-9]*\).*/\1/p" "$path/lines" | head -n 1)"
		[ -z "$best" ] || [ "${metric:-0}" -lt "$least" ] || continue
		best="$name" least="${metric:-0}"
	done
	_network_set "$1" "$best"
}

network_find_wan() { _network_find "$1" '^route 4 default '; }
network_find_wan6() { _network_find "$1" '^route 6 default '; }

# Nothing is cached here, and nothing is asked of a daemon: these have nothing left to do.
network_flush_cache() { return 0; }
network_defer_device() { return 0; }
network_ready_device() { return 0; }
