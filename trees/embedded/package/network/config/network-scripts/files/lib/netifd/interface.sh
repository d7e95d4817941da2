# shellcheck shell=dash disable=SC2015,SC2034,SC2154,SC3043
# The life of an interface: down → setup (its protocol works on it) → up → down.
# Every function here runs under the lock, with C_… and S_… loaded for the interface it is about.

# main_device: R is the device the interface stands on; "@other" is whatever `other` uses.
main_device() {
	R="$C_device"
	case "$R" in @*) if is_section "${R#@}"; then value_in "$NETIFD_RUN/interface/${R#@}/state" device; else R=''; fi ;; esac
}

# A known protocol's handler is loaded; an unknown one is treated as none, as netifd does.
load_proto() {
	local wanted="$C_proto"
	case "$wanted" in *[!a-z0-9]* | '') wanted=none ;; esac
	[ -r "$NETIFD_LIB/proto/$wanted.sh" ] || wanted=none
	[ "$P_proto" != "$wanted" ] || return 0
	P_proto="$wanted"
	# shellcheck disable=SC1090
	. "$NETIFD_LIB/proto/$P_proto.sh"
}

# needs_carrier: must the link be there before anything is set up?
needs_carrier() {
	[ -n "$C_device" ] || return 1
	if [ -n "$C_force_link" ]; then ! is_true "$C_force_link"; else [ "$P_proto" != static ] && [ "$P_proto" != none ]; fi
}

wanted_up() { [ "$S_autostart" = 1 ] && ! is_true "$C_disabled"; }

# stop_reason DEVICE: R is why what runs now cannot stay; empty when it can.
stop_reason() {
	R=''
	if ! wanted_up; then R=asked; return; fi
	[ -n "$C_device" ] || return 0
	if ! is_device "$1" || ! device_exists "$1"; then R=gone; return; fi
	sysfs "$1" ifindex
	if [ "$R" != "$S_index" ]; then R=replaced; return; fi
	R=''
	needs_carrier || return 0
	sysfs "$1" carrier_down_count
	# A link that fell and rose between two looks has a lease that may be another network's.
	if has_carrier "$1" && [ "$R" = "$S_drops" ]; then R=''; else R=carrier; fi
}

# sync_interface NAME [fresh]: brings it to where its configuration, autostart, device and carrier say. Repeatable.
# fresh: what runs now is not trusted (an explicit ifup, a changed configuration).
sync_interface() {
	local device
	load_interface "$1" || return 1
	load_proto
	main_device
	device="$R"
	if [ "$S_state" != down ]; then
		if [ "$2" = fresh ]; then R=asked; else stop_reason "$device"; fi
		[ -z "$R" ] || stop_interface "$1" "$R"
	fi
	[ "$S_state" = down ] && wanted_up || return 0
	start_interface "$1" "$device" "$2"
}

# start_interface NAME DEVICE [fresh]
start_interface() {
	local name="$1" device="$2"
	if [ -n "$C_device" ]; then
		find_device "$name" "$device" "$3" || return 0
		if needs_carrier && ! has_carrier "$device"; then
			[ "$S_changed" = 0 ] && [ -z "$3" ] || { clear_errors "$name"; save_interface "$name"; }
			return 0
		fi
	fi
	# A refusal of the configuration is final until it changes, or somebody asks again.
	[ "$S_refused" != 1 ] || [ -n "$3" ] || return 0
	clear_errors "$name"
	next_number "$NETIFD_RUN/token"
	S_state=setup S_device="$device" S_since=0 S_pid='' S_token="$R" S_present=1 S_refused=''
	proto_setup "$name" "$device" && return 0
	S_state=down S_device='' S_refused=1
	save_interface "$name"
}

# find_device NAME DEVICE [fresh]: false, with NO_DEVICE noted once, when there is none.
find_device() {
	local was="$S_present" index="$S_index"
	S_changed=0
	# A device that was set up before is left as it is: somebody may have set it down on purpose.
	if is_device "$2"; then
		sysfs "$2" ifindex
		if [ -z "$3" ] && [ "$was" = 1 ] && [ "$R" = "$index" ] || claim_device "$2"; then
			sysfs "$2" ifindex
			S_index="$R"
			sysfs "$2" carrier_down_count
			S_drops="$R" S_present=1
			[ "$was" = 1 ] && [ "$index" = "$S_index" ] || S_changed=1
			return 0
		fi
	fi
	[ "$was" = 0 ] && [ -z "$3" ] && [ -e "$NETIFD_RUN/interface/$1/errors" ] && return 1
	S_present=0
	clear_errors "$1"
	add_error "$1" interface NO_DEVICE
	save_interface "$1"
	return 1
}

# stop_interface NAME REASON: its client ends, its lines go, its device is given back unless it only lost its carrier.
stop_interface() {
	local name="$1" was="$S_state" device="$S_device"
	proto_teardown "$name" "$device"
	clear_lines "$name"
	S_state=down S_device='' S_since=0 S_pid='' S_token=0 S_refused=''
	rm -f "$NETIFD_RUN/interface/$name"/lease*
	if [ "$2" != carrier ]; then
		S_present=0
		case "$device:$C_device" in :* | *:@*) ;; *) device_in_use "$device" "$name" || release_device "$device" ;; esac
	fi
	save_interface "$name"
	publish
	[ "$was" != up ] || hotplug_event ifdown "$name" "$device"
}

clear_lines() { LINES=''; apply_lines "$NETIFD_RUN/interface/$1/lines"; return 0; }

# commit_interface NAME: the protocol's LINES and the user's routes become the kernel's; the interface is up.
commit_interface() {
	local event=''
	[ ! -s "$NETIFD_RUN/config/routes" ] || user_route_lines "$1" "$S_device"
	[ -d "$NETIFD_RUN/interface/$1" ] || mkdir -p "$NETIFD_RUN/interface/$1"
	! apply_lines "$NETIFD_RUN/interface/$1/lines" || event=ifupdate
	if [ "$S_state" != up ]; then
		uptime_seconds
		S_state=up S_since="$R" event=ifup
		save_interface "$1"
	fi
	[ -n "$event" ] || return 0
	publish
	hotplug_event "$event" "$1" "$S_device"
}

# refresh_interface NAME: soft options changed; the same lease or settings give other lines, perhaps.
refresh_interface() {
	load_interface "$1" || return 1
	[ "$S_state" = up ] || return 0
	load_proto
	proto_refresh "$1" "$S_device"
}

# publish: what depends on all interfaces together. During a reload it is done once, at the end.
publish() {
	[ -z "$PUBLISH_LATER" ] || return 0
	sync_rules
	write_resolvers
}

# l3_device NAME: R is the device of an interface that is up.
l3_device() { is_up "$1" && value_in "$NETIFD_RUN/interface/$1/state" device && [ -n "$R" ]; }

# rule_device INTERFACE|DEVICE: R is what `iif` takes. An interface of ours has to be up.
rule_device() {
	if [ -e "$NETIFD_RUN/config/interface/$1" ]; then l3_device "$1"; else R="$1"; fi
}

sync_rules() {
	local family into out arguments not
	[ -s "$NETIFD_RUN/config/rules" ] || [ -s "$NETIFD_RUN/rules" ] || return 0
	LINES=''
	while read -r family into out arguments; do
		not=''
		case "$arguments" in 'not '*) not='not ' arguments="${arguments#not }" ;; esac
		if [ "$into" != - ]; then rule_device "$into" || continue; arguments="iif $R $arguments"; fi
		if [ "$out" != - ]; then rule_device "$out" || continue; arguments="oif $R $arguments"; fi
		line "rule $family $not$arguments"
	done <"$NETIFD_RUN/config/rules"
	apply_lines "$NETIFD_RUN/rules"
	return 0
}

# write_resolvers: resolv.conf.auto, the interfaces ordered by dns_metric, each as netifd heads it.
write_resolvers() {
	local target="${NETIFD_RESOLV:-/tmp/resolv.conf.d/resolv.conf.auto}" name order='' text='' now
	interface_names
	for name in $R; do
		is_up "$name" || continue
		value_in "$NETIFD_RUN/config/interface/$name" dns_metric
		is_number "$R" || R=0
		order="$order$R $name$NEWLINE"
	done
	case "$order" in '' | *[1-9]' '*) order="$(printf %s "$order" | sort -n -s -k1,1)$NEWLINE" ;; esac
	while [ -n "$order" ]; do
		name="${order%%"$NEWLINE"*}" order="${order#*"$NEWLINE"}"
		[ -z "$name" ] || resolvers_of "${name#* }"
		[ -z "$name" ] || text="$text$R"
	done
	read_file "$target"
	now="$R"
	[ "$text" = "$now" ] && [ -e "$target" ] && return 0
	mkdir -p "${target%/*}"
	write_file "$target" "$text"
}

# resolvers_of NAME: R is its part of the file.
resolvers_of() {
	local word value text=''
	[ -r "$NETIFD_RUN/interface/$1/lines" ] && while read -r word value; do
		case "$word" in dns) text="${text}nameserver $value$NEWLINE" ;; search) text="${text}search $value$NEWLINE" ;; esac
	done <"$NETIFD_RUN/interface/$1/lines"
	R="${text:+# Interface $1$NEWLINE$text}"
}

# resolver_lines SERVERS DOMAINS: the configured ones, and the given ones unless peerdns forbids.
resolver_lines() {
	local word
	set -f
	[ -z "$C_peerdns" ] || is_true "$C_peerdns" || set -- '' "$2"
	for word in $C_dns $1; do ! family_of "$word" || line "dns $word"; done
	for word in $C_dns_search $2; do case "$word" in -* | *[!A-Za-z0-9._-]*) ;; *) line "search $word" ;; esac; done
	set +f
}
