# shellcheck shell=dash disable=SC2015,SC3043
# Events wait in a directory and are told one after the other, outside the lock: a hotplug script may call ifup.

# hotplug_event ACTION INTERFACE DEVICE: under the lock, so that the order is the order of what happened.
hotplug_event() {
	next_number "$NETIFD_RUN/sequence"
	log "interface $2 ($3): $1"
	printf '%s %s %s\n' "$1" "$2" "$3" >"$NETIFD_RUN/hotplug/.new.$$"
	mv "$NETIFD_RUN/hotplug/.new.$$" "$NETIFD_RUN/hotplug/$((1000000000 + R))"
}

events_wait() { set -- "$NETIFD_RUN"/hotplug/[0-9]*; [ -e "$1" ]; }

# tell_events: starts a teller; one that finds another at work leaves it to that one. Called without the lock.
tell_events() {
	! events_wait || detached start-stop-daemon -S -b -x "$NETIFD_LIB/teller" -p "$NETIFD_RUN/teller.none"
}

tell_one() {
	local action interface device
	read -r action interface device <"$1" || return 0
	rm -f "$1"
	ACTION="$action" INTERFACE="$interface" DEVICE="$device" \
		timeout "${NETIFD_HOTPLUG_LIMIT:-60}" /sbin/hotplug-call iface </dev/null >/dev/null 2>&1 8>&- ||
		case $? in 124 | 143) log "hotplug $action $interface took too long: ended" ;; esac
}

# tell_all: the queue until it is empty; looked at once more after the turn was given back, so that nothing is left lying.
tell_all() {
	local event
	while events_wait; do
		{
			flock -n 8 || return 0
			for event in "$NETIFD_RUN"/hotplug/[0-9]*; do [ ! -e "$event" ] || tell_one "$event"; done
		} 8>"$NETIFD_RUN/teller.lock"
	done
}
