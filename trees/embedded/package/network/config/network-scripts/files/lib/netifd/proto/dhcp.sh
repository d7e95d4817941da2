# shellcheck shell=dash disable=SC2015,SC2034,SC2097,SC2098,SC2154,SC3043
# A udhcpc of its own for every interface. What it learns comes back through dhcp.script and apply-lease.

# dhcp_arguments: one a line, so that values with spaces stay whole.
dhcp_arguments() {
	local value
	value="$C_hostname"
	[ -n "$value" ] || read -r value </proc/sys/kernel/hostname
	case "$value" in '*' | '(none)') ;; *) printf '%s\n' -x "hostname:$value" ;; esac
	value="$C_clientid"
	while :; do case "$value" in *:*) value="${value%%:*}${value#*:}" ;; *) break ;; esac; done
	case "$value" in
		'' | *[!0-9a-fA-F]*) printf '%s\n' -C ;;
		*) printf '%s\n' -x "0x3d:$value" ;;
	esac
	[ -z "$C_vendorid" ] || printf '%s\n' -V "$C_vendorid"
	! is_true "$C_broadcastflag" || printf '%s\n' -B
	is_true "$C_norelease" || printf '%s\n' -R
	[ -z "$C_defaultreqopts" ] || is_true "$C_defaultreqopts" || printf '%s\n' -o
	! is_ipv4 "${C_ipaddr%%/*}" || printf '%s\n' -r "${C_ipaddr%%/*}"
	set -f
	for value in $C_reqopts; do case "$value" in -* | *[!A-Za-z0-9_-]*) ;; *) printf '%s\n' -O "$value" ;; esac; done
	for value in $C_sendopts; do case "$value" in -*) ;; *:*) printf '%s\n' -x "$value" ;; esac; done
	set +f
	# Routes of the provider's own (RFC 3442 and Microsoft's), beside what udhcpc asks for by itself.
	is_true "${C_defaultreqopts:-1}" && printf '%s\n' -O 121 -O 249
}

proto_setup() {
	local name="$1" device="$2" pid_file="$NETIFD_RUN/interface/$1/udhcpc.pid" client saved="$IFS"
	client="$(command -v udhcpc)" || { add_error "$name" proto NO_CLIENT udhcpc; return 1; }
	set -f
	IFS='
'
	# shellcheck disable=SC2046
	set -- $(dhcp_arguments)
	IFS="$saved"
	set +f
	rm -f "$pid_file"
	INTERFACE="$name" NETIFD_TOKEN="$S_token" NETIFD_RUN="$NETIFD_RUN" NETIFD_LIB="$NETIFD_LIB" \
		detached start-stop-daemon -S -b -m -p "$pid_file" -x "$client" -- \
		-f -i "$device" -s "$NETIFD_LIB/dhcp.script" -t 0 "$@"
	read -r S_pid <"$pid_file" 2>/dev/null
	save_interface "$name"
}

# client_alive: is the client that was started still the one with that number?
client_alive() { [ -n "$S_pid" ] && grep -qa udhcpc "/proc/$S_pid/cmdline" 2>/dev/null; }

# The client gives its lease back while its address still stands; it has two seconds for that.
proto_teardown() {
	local tries=20
	client_alive || return 0
	kill "$S_pid" 2>/dev/null
	while [ "$tries" -gt 0 ] && client_alive; do sleep 0.1; tries=$((tries - 1)); done
	! client_alive || kill -9 "$S_pid" 2>/dev/null
	rm -f "$NETIFD_RUN/interface/$1/udhcpc.pid"
}

# load_lease NAME: what the provider said, in L_…. It is a stranger's word: everything is checked where it is used.
load_lease() {
	L_event='' L_ip='' L_mask='' L_router='' L_dns='' L_domain='' L_search='' L_staticroutes='' L_msstaticroutes=''
	[ -r "$NETIFD_RUN/interface/$1/lease" ] && read_pairs "$NETIFD_RUN/interface/$1/lease" L_
}

lease_is_sound() { is_ipv4 "$L_ip" && is_between "$L_mask" 0 32; }

# dhcp_lines DEVICE: classless routes replace the router, as RFC 3442 wants.
dhcp_lines() {
	local gateway
	LINES=''
	address_lines "$L_ip/$L_mask" "$1"
	set -f
	# shellcheck disable=SC2086
	if [ -n "${L_staticroutes:-$L_msstaticroutes}" ]; then
		classless_lines "$1" ${L_staticroutes:-$L_msstaticroutes}
	else
		for gateway in $L_router; do
			is_ipv4 "$gateway" && [ "$gateway" != 0.0.0.0 ] || continue
			reach_line "$gateway" "$1"
			gateway_lines "$gateway" "$1" "$L_ip"
			break
		done
	fi
	set +f
	resolver_lines "$L_dns" "${L_search:-$L_domain}"
}

# link_route TARGET/LENGTH DEVICE: reached without a gateway.
link_route() {
	family_table 4
	line "route 4 $1 dev $2 proto static scope link src $L_ip${C_metric:+ metric $C_metric}${R:+ table $R}"
}

# reach_line GATEWAY DEVICE: a gateway outside the subnet gets a route of its own.
reach_line() {
	local there
	network_of "$1/$L_mask"
	there="$R"
	network_of "$L_ip/$L_mask"
	[ "$there" = "$R" ] || link_route "$1/32" "$2"
}

# classless_lines DEVICE TARGET GATEWAY…
classless_lines() {
	local device="$1" target
	shift
	while [ $# -ge 2 ]; do
		if is_family 4 "$1" && is_ipv4 "$2"; then
			case "$1" in */*) target="$1" ;; *) target="$1/32" ;; esac
			network_of "$target"
			target="$R/${target#*/}"
			case "$target $2" in
				'0.0.0.0/0 0.0.0.0') ;;
				0.0.0.0/0' '*) reach_line "$2" "$device"; gateway_lines "$2" "$device" "$L_ip" ;;
				*' 0.0.0.0') link_route "$target" "$device" ;;
				*)
					family_table 4
					line "route 4 $target via $2 dev $device proto static src $L_ip${C_metric:+ metric $C_metric}${R:+ table $R}" ;;
			esac
		fi
		shift 2
	done
}

proto_refresh() {
	load_lease "$1" && lease_is_sound || return 0
	dhcp_lines "$2"
	commit_interface "$1"
}

# accept_lease NAME: what the client last said becomes so.
accept_lease() {
	load_lease "$1" && [ "$S_state" != down ] || return 0
	case "$L_event" in
		bound | renew)
			if lease_is_sound; then proto_refresh "$1" "$S_device"; else log "interface $1: a lease without an address"; fi ;;
		deconfig | nak)
			[ "$S_state" != up ] || lose_lease "$1" ;;
	esac
}

# The lease is lost, the client looks for another one.
lose_lease() {
	clear_lines "$1"
	S_state=setup S_since=0
	save_interface "$1"
	publish
	hotplug_event ifdown "$1" "$S_device"
}
