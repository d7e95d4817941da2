# shellcheck shell=dash disable=SC2015,SC2034,SC2154,SC3043
# Addresses, gateway and resolvers as written.

# static_lines NAME DEVICE: the lines, or one error for what is wrong.
static_lines() {
	local address length=32 broadcast=''
	if [ -n "$C_netmask" ]; then
		prefix_length "$C_netmask" || { add_error "$1" proto INVALID_NETMASK; return 1; }
		length="$R"
	fi
	! is_ipv4 "$C_broadcast" || broadcast="$C_broadcast"
	for address in $C_ipaddr; do
		case "$address" in
			*/*) prefix_length "${address#*/}" || R=''; address="${address%%/*}/$R" ;;
			*) address="$address/$length" ;;
		esac
		is_family 4 "$address" || { add_error "$1" proto INVALID_ADDRESS "${address%/*}"; return 1; }
		address_lines "$address" "$2" "$broadcast"
	done
	assigned_prefix "$1"
	for address in $C_ip6addr $R; do
		case "$address" in */*) ;; *) address="$address/128" ;; esac
		is_family 6 "$address" || { add_error "$1" proto INVALID_ADDRESS "${address%/*}"; return 1; }
		address_lines "$address" "$2"
	done
	for address in $C_gateway $C_ip6gw; do
		[ "$address" != 0.0.0.0 ] || continue
		case "$address" in */*) R='' ;; *) family_of "$address" ;; esac
		[ -n "$R" ] || { add_error "$1" proto INVALID_GATEWAY "$address"; return 1; }
		gateway_lines "$address" "$2"
	done
}

# assigned_prefix NAME: R is ::1 of this interface's share of the ULA prefix, when it asks for one with ip6assign.
assigned_prefix() {
	local prefix hint="$C_ip6hint" name number=0
	R=''
	is_between "$C_ip6assign" 48 64 || return 0
	value_in "$NETIFD_RUN/config/globals" ula_prefix
	prefix="${R%::/48}"
	if ! is_family 6 "$R" || [ "$prefix" = "$R" ]; then R=''; return 0; fi
	case "$prefix" in *:*:*:*) R=''; return 0 ;; *:*:*) ;; *) R=''; return 0 ;; esac
	case "$hint" in '' | *[!0-9a-fA-F]* | ?????*)
		# Without a hint, the next free share in the order of the names.
		interface_names
		for name in $R; do
			[ "$name" != "$1" ] || break
			! value_in "$NETIFD_RUN/config/interface/$name" ip6assign || number=$((number + 16))
		done
		hint="$(printf %x "$number")" ;;
	esac
	case "$hint" in *[!0]*) prefix="$prefix:$hint" ;; esac
	R="$prefix::1/$C_ip6assign"
}

proto_setup() {
	LINES=''
	set -f
	if static_lines "$1" "$2"; then set +f; else set +f; return 1; fi
	resolver_lines '' ''
	commit_interface "$1"
}
proto_refresh() { proto_setup "$1" "$2"; }
proto_teardown() { :; }
