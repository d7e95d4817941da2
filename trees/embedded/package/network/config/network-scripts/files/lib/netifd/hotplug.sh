# shellcheck shell=busybox
# Events wait in a directory and are told one after the other, outside the lock: a hotplug script may call ifup.

# hotplug_event ACTION INTERFACE DEVICE: under the lock, so that the order is the order of what happened.
hotplug_event() {
	local sequence=0
	[ ! -s "$NETIFD_RUN/sequence" ] || read -r sequence <"$NETIFD_RUN/sequence"
	sequence=$((sequence + 1))
	echo "$sequence" | write_file "$NETIFD_RUN/sequence"
	log "interface $2 ($3): $1"
	printf '%s %s %s\n' "$1" "$2" "$3" | write_file "$NETIFD_RUN/hotplug/$(printf %010d "$sequence")"
}

# tell_events: starts a teller unless one is at work. Called after the lock was given back.
tell_events() {
	[ -n "$(ls "$NETIFD_RUN/hotplug" 2>/dev/null)" ] || return 0
	detached start-stop-daemon -S -b -x "$NETIFD_LIB/teller" -p "$NETIFD_RUN/teller.none"
}

tell_one() {
	local action interface device
	read -r action interface device <"$1" || return 0
	rm -f "$1"
	ACTION="$action" INTERFACE="$interface" DEVICE="$device" \
		timeout "${NETIFD_HOTPLUG_LIMIT:-60}" /sbin/hotplug-call iface </dev/null >/dev/null 2>&1 ||
		case $? in 124 | 143) log "hotplug $action $interface took too long: ended" ;; esac
}

# tell_all: the queue until it is empty; looked at once more after the turn is given back, so that nothing is left lying.
tell_all() {
	local event
	while [ -n "$(ls "$NETIFD_RUN/hotplug" | grep -v new)" ]; do
		{
			flock -n 8 || return 0
			for event in "$NETIFD_RUN"/hotplug/*; do
				case "$event" in *.new.* | *'*') ;; *) tell_one "$event" ;; esac
			done
		} 8>"$NETIFD_RUN/teller.lock"
	done
}
