# shellcheck shell=busybox
# The life of an interface: down → setup (its protocol works on it) → up → down.
# Every function here runs under the lock, with C_… and S_… loaded for the interface it is about.

# main_device: the device the interface stands on; "@other" is whatever `other` uses.
main_device() {
	case "$C_device" in
		@*) sed -n 's/^device //p' "$NETIFD_RUN/interface/${C_device#@}/state" 2>/dev/null ;;
		*) echo "$C_device" ;;
	esac
}

# A known protocol's handler is loaded; an unknown one is treated as none, as netifd does.
load_proto() {
	P_proto="$C_proto"
	case "$P_proto" in *[!a-z0-9]* | '') P_proto=none ;; esac
	[ -r "$NETIFD_LIB/proto/$P_proto.sh" ] || P_proto=none
	# shellcheck disable=SC1090
	. "$NETIFD_LIB/proto/$P_proto.sh"
}

# link_wanted: must there be a carrier before anything is set up?
link_wanted() {
	[ -n "$C_device" ] || return 1
	if [ -n "$C_force_link" ]; then ! is_true "$C_force_link"; else [ "$P_proto" != static ] && [ "$P_proto" != none ]; fi
}

# sync_interface NAME [fresh]: brings it to where its configuration, autostart, device and carrier say. Repeatable.
# fresh: what runs now is not trusted (an explicit ifup, a changed configuration).
sync_interface() {
	local name="$1" device reason=''
	load_interface "$name" || return 1
	load_proto
	device="$(main_device)"
	if [ "$S_state" != down ]; then
		if [ "$2" = fresh ] || [ "$S_autostart" = 0 ] || is_true "$C_disabled"; then reason=asked
		elif [ -n "$C_device" ] && ! { is_device "$device" && device_exists "$device"; }; then reason=gone
		elif [ -n "$device" ] && { [ "$(sysfs "$device" ifindex)" != "$S_index" ]; }; then reason=replaced
		elif link_wanted && { ! has_carrier "$device" || [ "$(sysfs "$device" carrier_down_count)" != "$S_drops" ]; }; then
			reason=carrier
		fi
		[ -z "$reason" ] || stop_interface "$name" "$reason"
	fi
	[ "$S_state" = down ] || return 0
	start_interface "$name" "$device" "$2"
}

# start_interface NAME DEVICE [fresh]
start_interface() {
	local name="$1" device="$2" fresh="$3" was="$S_present"
	[ "$S_autostart" = 1 ] && ! is_true "$C_disabled" || return 0
	if [ -n "$C_device" ]; then
		# A plain device that was found before is not set up again: somebody else may have set it down on purpose.
		if ! is_device "$device" || ! { [ -z "$fresh" ] && [ "$was" = 1 ] && device_exists "$device" || claim_device "$device"; }; then
			S_present=0
			[ "$was" = 0 ] && [ -z "$fresh" ] || { clear_errors "$name"; add_error "$name" interface NO_DEVICE; }
			save_interface "$name"
			return 0
		fi
		S_present=1 S_index="$(sysfs "$device" ifindex)" S_drops="$(sysfs "$device" carrier_down_count)"
		if link_wanted && ! has_carrier "$device"; then
			S_state=down S_device=''
			clear_errors "$name"
			save_interface "$name"
			return 0
		fi
	else
		S_present=1
	fi
	clear_errors "$name"
	S_state=setup S_device="$device" S_since=0 S_pid='' S_token="$(new_token)"
	rm -f "$NETIFD_RUN/interface/$name/lease"
	save_interface "$name"
	if proto_setup "$name" "$device"; then return 0; fi
	# A refusal is final until the configuration changes or somebody asks again.
	S_state=down S_device=''
	save_interface "$name"
}

# stop_interface NAME REASON: its client ends, its lines go, its device is given back unless it only lost its carrier.
stop_interface() {
	local name="$1" reason="$2" was="$S_state" device="$S_device"
	type proto_teardown >/dev/null 2>&1 && proto_teardown "$name" "$device"
	clear_lines "$name"
	S_state=down S_device='' S_since=0 S_pid='' S_token=0
	rm -f "$NETIFD_RUN/interface/$name/lease"
	case "$reason" in
		carrier) ;;
		*) S_present=0
			[ -z "$device" ] || [ "${C_device#@}" != "$C_device" ] || device_in_use "$device" "$name" || release_device "$device" ;;
	esac
	save_interface "$name"
	publish
	[ "$was" != up ] || hotplug_event ifdown "$name" "$device"
}

clear_lines() {
	local directory="$NETIFD_RUN/interface/$1"
	[ -e "$directory/lines" ] || return 0
	: >"$directory/lines.next"
	apply_lines "$directory/lines" "$directory/lines.next"
	return 0
}

# commit_interface NAME < LINES: the protocol's lines and the user's routes become the kernel's; the interface is up.
commit_interface() {
	local name="$1" directory="$NETIFD_RUN/interface/$1" event=''
	{ cat; user_route_lines "$name" "$S_device"; } >"$directory/lines.next"
	apply_lines "$directory/lines" "$directory/lines.next" && event=ifupdate
	if [ "$S_state" != up ]; then
		S_state=up S_since="$(uptime_seconds)" event=ifup
		clear_errors "$name"
	fi
	save_interface "$name"
	[ -n "$event" ] || return 0
	publish
	hotplug_event "$event" "$name" "$S_device"
}

# refresh_interface NAME: soft options changed; the same lease or settings give other lines, perhaps.
refresh_interface() {
	load_interface "$1" || return 1
	[ "$S_state" = up ] || return 0
	load_proto
	proto_refresh "$1" "$S_device"
}

# publish: what depends on all interfaces together, rules with `in` and `out` and the resolvers.
publish() {
	sync_rules
	write_resolvers
}

# l3_device NAME: the device of an interface that is up.
l3_device() {
	grep -qx 'state up' "$NETIFD_RUN/interface/$1/state" 2>/dev/null || return 1
	sed -n 's/^device //p' "$NETIFD_RUN/interface/$1/state"
}

# rule_device INTERFACE|DEVICE|-: what `iif` takes. An interface of ours has to be up.
rule_device() {
	[ ! -e "$NETIFD_RUN/config/interface/$1" ] || { l3_device "$1"; return; }
	echo "$1"
}

sync_rules() {
	local family into out arguments device
	[ -s "$NETIFD_RUN/config/rules" ] || [ -s "$NETIFD_RUN/rules" ] || return 0
	while read -r family into out arguments; do
		if [ "$into" != - ]; then device="$(rule_device "$into")" && [ -n "$device" ] || continue; arguments="iif $device $arguments"; fi
		if [ "$out" != - ]; then device="$(rule_device "$out")" && [ -n "$device" ] || continue; arguments="oif $device $arguments"; fi
		case " $arguments " in *' not '*) arguments="not $(echo " $arguments" | sed 's/ not / /')" ;; esac
		echo rule "$family" $arguments
	done <"$NETIFD_RUN/config/rules" >"$NETIFD_RUN/rules.next"
	apply_lines "$NETIFD_RUN/rules" "$NETIFD_RUN/rules.next"
	return 0
}

# write_resolvers: resolv.conf.auto, the interfaces ordered by dns_metric, each as netifd heads it.
write_resolvers() {
	local target="${NETIFD_RESOLV:-/tmp/resolv.conf.d/resolv.conf.auto}" name
	mkdir -p "${target%/*}"
	for name in $(interface_names); do
		grep -qx 'state up' "$NETIFD_RUN/interface/$name/state" 2>/dev/null || continue
		grep -q -e '^dns ' -e '^search ' "$NETIFD_RUN/interface/$name/lines" 2>/dev/null || continue
		echo "$(sed -n 's/^dns_metric //p' "$NETIFD_RUN/config/interface/$name") $name"
	done | sed 's/^ /0 /' | sort -n -s -k1,1 | while read -r _ name; do
		echo "# Interface $name"
		sed -n 's/^dns /nameserver /p; s/^search /search /p' "$NETIFD_RUN/interface/$name/lines"
	done >"$target.new.$$"
	if cmp -s "$target.new.$$" "$target"; then rm -f "$target.new.$$"; else mv "$target.new.$$" "$target"; fi
}

# dns_lines [SERVER…]: the configured resolvers, and the given ones unless peerdns forbids.
dns_lines() {
	local server
	set -f
	for server in $C_dns; do family_of "$server" >/dev/null && echo "dns $server"; done
	[ -z "$C_peerdns" ] || is_true "$C_peerdns" || set --
	for server in "$@"; do family_of "$server" >/dev/null && echo "dns $server"; done
	set +f
}

# search_lines [DOMAIN…]
search_lines() {
	local domain
	set -f
	# shellcheck disable=SC2086
	set -- $C_dns_search "$@"
	set +f
	for domain in "$@"; do case "$domain" in '' | -* | *[!A-Za-z0-9._-]*) ;; *) echo "search $domain" ;; esac; done
}
