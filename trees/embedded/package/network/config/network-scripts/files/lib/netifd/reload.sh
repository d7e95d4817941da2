# shellcheck shell=dash disable=SC2015,SC2154,SC3043
# From one configuration to the next, touching only what differs.

# hard_part FILE: R is the lines whose change needs the interface taken down.
hard_part() {
	local key value text=''
	while read -r key value; do
		case "$SOFT_LIST" in *" $key "*) ;; *) text="$text$key $value$NEWLINE" ;; esac
	done <"$1"
	R="$text"
}

# device_kind FILE: R is what makes a device another device.
device_kind() {
	local key value text=''
	[ -r "$1" ] && while read -r key value; do
		case "$key" in type | base | vid | mode | peer) text="$text$key $value$NEWLINE" ;; esac
	done <"$1"
	R="$text"
}

# interface_changed NAME OLD NEW
interface_changed() {
	local was device
	hard_part "$2/interface/$1"
	was="$R"
	hard_part "$3/interface/$1"
	[ "$was" = "$R" ] || return 0
	value_in "$3/interface/$1" device && is_device "$R" || return 1
	device="$R"
	device_kind "$2/device/$device"
	was="$R"
	device_kind "$3/device/$device"
	[ "$was" != "$R" ]
}

# adopt_plan: UCI is read again; what changed is taken down by the old configuration, the rest is left alone.
# FRESH is what has to be set up anew. Fails, and changes nothing, when UCI cannot be read.
adopt_plan() {
	local old="$NETIFD_RUN/config" new="$NETIFD_RUN/config.new" name
	plan "$new" || { rm -rf "$new"; return 1; }
	[ -d "$old" ] || mkdir -p "$old/interface" "$old/device"
	FRESH=' '
	interface_names
	for name in $R; do
		if [ ! -e "$new/interface/$name" ]; then take_down "$name"; rm -rf "$NETIFD_RUN/interface/$name"
		elif interface_changed "$name" "$old" "$new"; then take_down "$name"; FRESH="$FRESH$name "
		fi
	done
	for name in "$new"/interface/*; do
		name="${name##*/}"
		[ "$name" != '*' ] && [ ! -e "$old/interface/$name" ] || continue
		FRESH="$FRESH$name "
		rm -rf "$NETIFD_RUN/interface/$name"
		mkdir -p "$NETIFD_RUN/interface/$name"
		value_in "$new/interface/$name" auto
		case "$R" in 0 | off | false | no | disabled) echo 'autostart 0' >"$NETIFD_RUN/interface/$name/state" ;; esac
	done
	rm -rf "$NETIFD_RUN/config.old"
	mv "$old" "$NETIFD_RUN/config.old" && mv "$new" "$old" && rm -rf "$NETIFD_RUN/config.old"
}

# recover_plan: a reload that was killed between its two renames left the configuration under its other name.
recover_plan() {
	[ -d "$NETIFD_RUN/config" ] || [ ! -d "$NETIFD_RUN/config.old" ] || mv "$NETIFD_RUN/config.old" "$NETIFD_RUN/config"
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
	local name
	PUBLISH_LATER=1
	adopt_plan || return 1
	interface_names
	for name in $R; do
		case "$FRESH" in
			*" $name "*) sync_interface "$name" fresh ;;
			*)
				refresh_device "$name"
				sync_interface "$name"
				refresh_interface "$name" ;;
		esac
	done
	sync_aliases
	PUBLISH_LATER=''
	publish
}

# sync_aliases: "@other" may stand before `other` in the order of names.
sync_aliases() {
	local name
	interface_names
	for name in $R; do
		value_in "$NETIFD_RUN/config/interface/$name" device
		case "$R" in @*) sync_interface "$name" ;; esac
	done
}

# refresh_device NAME: an interface that is not down stays so, while its device takes new settings and ports.
refresh_device() {
	state_of "$1"
	[ "$R" != down ] || return 0
	value_in "$NETIFD_RUN/config/interface/$1" device && is_device "$R" || return 0
	device_is_set "$R" || claim_device "$R"
}

sync_all() {
	local name
	interface_names
	for name in $R; do sync_interface "$name"; done
}

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
	PUBLISH_LATER=1
	interface_names
	for name in $R; do take_down "$name"; done
	PUBLISH_LATER=''
	rm -rf "$NETIFD_RUN/config/interface" "$NETIFD_RUN/config/device"
	: >"$NETIFD_RUN/config/rules"
	publish
	for name in "$NETIFD_RUN"/device/*; do [ ! -e "$name" ] || release_device "${name##*/}"; done
	rm -rf "$NETIFD_RUN/config" "$NETIFD_RUN/interface"
	mkdir -p "$NETIFD_RUN/interface"
}
