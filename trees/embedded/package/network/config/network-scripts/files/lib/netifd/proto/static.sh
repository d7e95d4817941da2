# shellcheck shell=busybox
# Addresses, gateway and resolvers as written.

# static_lines NAME DEVICE: the lines, or one error for what is wrong.
static_lines() {
	local address length='' family assigned
	assigned="$(assigned_prefix "$1")"
	if [ -n "$C_netmask" ]; then
		length="$(prefix_length "$C_netmask")" || { add_error "$1" proto INVALID_NETMASK; return 1; }
	fi
	[ -z "$C_broadcast" ] || is_ipv4 "$C_broadcast" || C_broadcast=
	set -f
	for address in $C_ipaddr; do
		case "$address" in
			*/*) address="${address%%/*}/$(prefix_length "${address#*/}")" || { add_error "$1" proto INVALID_ADDRESS "$address"; return 1; } ;;
			*) address="$address/${length:-32}" ;;
		esac
		family="$(family_of "$address")" && [ "$family" = 4 ] || { add_error "$1" proto INVALID_ADDRESS "${address%/*}"; return 1; }
		address_lines "$address" "$2" "$C_broadcast"
	done
	for address in $C_ip6addr $assigned; do
		case "$address" in */*) ;; *) address="$address/128" ;; esac
		family="$(family_of "$address")" && [ "$family" = 6 ] || { add_error "$1" proto INVALID_ADDRESS "$address"; return 1; }
		address_lines "$address" "$2"
	done
	for address in $C_gateway $C_ip6gw; do
		[ "$address" != 0.0.0.0 ] || continue
		family_of "$address" >/dev/null && [ "${address#*/}" = "$address" ] || { add_error "$1" proto INVALID_GATEWAY "$address"; return 1; }
		gateway_lines "$address" "$2"
	done
	set +f
	dns_lines
	search_lines
}

# assigned_prefix NAME: ::1 of this interface's share of the ULA prefix, when it asks for one with ip6assign.
assigned_prefix() {
	local prefix
	is_between "$C_ip6assign" 48 64 || return 0
	prefix="$(sed -n 's/^ula_prefix //p' "$NETIFD_RUN/config/globals" 2>/dev/null)"
	[ "$(family_of "$prefix")" = 6 ] || return 0
	case "$prefix" in */48) prefix="${prefix%::/48}" ;; *) return 0 ;; esac
	case "$prefix" in *:*:*:*) return 0 ;; *:*:*) ;; *) return 0 ;; esac
	case "$C_ip6hint" in
		'' | *[!0-9a-fA-F]* | ?????*) C_ip6hint="$(grep -l '^ip6assign' "$NETIFD_RUN"/config/interface/* |
			awk -v me="/$1" 'substr($0, length($0) - length(me) + 1) == me { printf "%x", (NR - 1) * 16; exit }')" ;;
	esac
	if [ "$C_ip6hint" = 0 ]; then echo "$prefix::1/$C_ip6assign"; else echo "$prefix:$C_ip6hint::1/$C_ip6assign"; fi
}

proto_setup() {
	local lines="$NETIFD_RUN/interface/$1/lines.proto"
	if ! static_lines "$1" "$2" >"$lines"; then set +f; rm -f "$lines"; return 1; fi
	commit_interface "$1" <"$lines"
	rm -f "$lines"
}
proto_refresh() { proto_setup "$1" "$2"; }
proto_teardown() { :; }
