# shellcheck shell=busybox
# From one configuration to the next, touching only what differs.

# hard_part FILE: the lines whose change needs the interface taken down.
hard_part() {
	# shellcheck disable=SC2086
	set -- "$1" $SOFT_KEYS
	awk -v soft="$*" 'BEGIN { n = split(soft, k, " "); for (i = 2; i <= n; i++) skip[k[i]] = 1 } !($1 in skip)' "$1"
}

# interface_changed NAME OLD NEW
interface_changed() {
	local device kind
	[ "$(hard_part "$2/interface/$1")" = "$(hard_part "$3/interface/$1")" ] || return 0
	device="$(sed -n 's/^device //p' "$3/interface/$1")"
	kind='^type \|^base \|^vid \|^mode \|^peer '
	[ "$(grep "$kind" "$2/device/$device" 2>/dev/null)" = "$(grep "$kind" "$3/device/$device" 2>/dev/null)" ] || return 0
	return 1
}

# adopt_plan: UCI is read again; what changed is taken down by the old configuration, the rest is left alone.
# Prints the names that have to be set up afresh. Fails, and changes nothing, when UCI cannot be read.
adopt_plan() {
	local old="$NETIFD_RUN/config" new="$NETIFD_RUN/config.new" name
	plan "$new" || { rm -rf "$new"; return 1; }
	[ -d "$old" ] || mkdir -p "$old/interface" "$old/device"
	: >"$NETIFD_RUN/fresh"
	for name in $(interface_names); do
		if [ ! -e "$new/interface/$name" ]; then take_down "$name"; rm -rf "$NETIFD_RUN/interface/$name"
		elif interface_changed "$name" "$old" "$new"; then take_down "$name"; echo "$name" >>"$NETIFD_RUN/fresh"
		fi
	done
	for name in "$new"/interface/*; do
		name="${name##*/}"
		[ -e "$old/interface/$name" ] || [ "$name" = '*' ] || {
			echo "$name" >>"$NETIFD_RUN/fresh"
			mkdir -p "$NETIFD_RUN/interface/$name"
			rm -f "$NETIFD_RUN/interface/$name/state"
			grep -qE '^auto (0|off|false|no|disabled)$' "$new/interface/$name" &&
				echo 'autostart 0' >"$NETIFD_RUN/interface/$name/state"
		}
	done
	rm -rf "$NETIFD_RUN/config.old"
	mv "$old" "$NETIFD_RUN/config.old" && mv "$new" "$old" && rm -rf "$NETIFD_RUN/config.old"
}

take_down() {
	load_interface "$1" || return 0
	load_proto
	[ "$S_state" = down ] || stop_interface "$1" asked
	S_present=0
	save_interface "$1"
}

# reload_network: see adopt_plan; then devices, interfaces, rules and resolvers follow.
reload_network() {
	local name device
	adopt_plan || return 1
	for name in $(interface_names); do
		if grep -qx "$name" "$NETIFD_RUN/fresh"; then
			sync_interface "$name" fresh
		else
			device="$(sed -n 's/^device //p' "$NETIFD_RUN/config/interface/$name")"
			grep -qx 'state down' "$NETIFD_RUN/interface/$name/state" 2>/dev/null || { is_device "$device" && claim_device "$device"; }
			sync_interface "$name"
			refresh_interface "$name"
		fi
	done
	publish
}

# recover_plan: a reload that was killed between its two renames left the new configuration under its other name.
recover_plan() {
	[ -d "$NETIFD_RUN/config" ] || [ ! -d "$NETIFD_RUN/config.old" ] || mv "$NETIFD_RUN/config.old" "$NETIFD_RUN/config"
}

sync_all() { local name; for name in $(interface_names); do sync_interface "$name"; done; }

up_interface() {
	load_interface "$1" || return 1
	S_autostart=1
	save_interface "$1"
	sync_interface "$1" fresh
}

down_interface() {
	load_interface "$1" || return 1
	S_autostart=0
	save_interface "$1"
	take_down "$1"
}

# stop_network: everything that was set up here is taken away, devices of ours included.
stop_network() {
	local name
	for name in $(interface_names); do take_down "$name"; done
	rm -rf "$NETIFD_RUN/config/interface" "$NETIFD_RUN/config/device"
	: >"$NETIFD_RUN/config/rules"
	publish
	for name in "$NETIFD_RUN"/device/*; do [ ! -e "$name" ] || release_device "${name##*/}"; done
	rm -rf "$NETIFD_RUN/config" "$NETIFD_RUN/interface"
}
