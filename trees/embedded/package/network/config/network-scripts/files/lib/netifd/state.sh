# shellcheck shell=busybox
# Where the truth about the running network is kept, and who may change it.
#
#   config/   what UCI said at the last reload, checked and resolved (see plan.sh)
#   interface/NAME/{state,lines,lease,errors}   what runs now
#   device/NAME   exists when the device was created here, and may be deleted here
#   hotplug/      events on their way to hotplug-call
#
# Nothing is kept in a process: any of them may be killed, and the next one goes on.

NETIFD_RUN="${NETIFD_RUN:-/var/run/netifd}"
NETIFD_LIB="${NETIFD_LIB:-/lib/netifd}"

log() { logger -t netifd "$*" 2>/dev/null || echo "netifd: $*" >&2; }

# locked COMMAND…: runs it alone. Whatever it leaves in the background must close descriptor 9.
locked() {
	mkdir -p "$NETIFD_RUN/interface" "$NETIFD_RUN/device" "$NETIFD_RUN/hotplug"
	{ flock 9 && "$@"; } 9>"$NETIFD_RUN/lock" 3>&-
}

# write_file FILE: standard input becomes FILE in one rename.
write_file() { cat >"$1.new.$$" && mv "$1.new.$$" "$1"; }

uptime_seconds() { local up _; read -r up _ </proc/uptime; echo "${up%.*}"; }

# new_token: differs from every earlier one of this boot, so that a late DHCP client is told from the present one.
new_token() {
	local last=0
	[ ! -s "$NETIFD_RUN/token" ] || read -r last <"$NETIFD_RUN/token"
	echo "$((last + 1))" | write_file "$NETIFD_RUN/token"
	echo "$((last + 1))"
}

interface_names() {
	local path
	for path in "$NETIFD_RUN"/config/interface/*; do [ -f "$path" ] && echo "${path##*/}"; done
	return 0
}

# load_config FILE: its lines "key value" become the variables C_key; the keys are ours (plan.sh).
load_config() {
	local key value
	for key in $CONFIG_KEYS; do unset "C_$key"; done
	[ -r "$1" ] || return 1
	while read -r key value; do
		case "$key" in '' | *[!a-z0-9_]*) continue ;; esac
		# shellcheck disable=SC2229
		read -r "C_$key" <<-END
			$value
		END
	done <"$1"
	return 0
}

# load_interface NAME: its configuration in C_…, its state in S_….
load_interface() {
	local key value
	S_state=down S_autostart=1 S_present=0 S_since=0 S_token=0 S_index=0 S_drops=0 S_device='' S_pid=''
	load_config "$NETIFD_RUN/config/interface/$1" || return 1
	[ -r "$NETIFD_RUN/interface/$1/state" ] || return 0
	while read -r key value; do
		case "$key" in
			state) S_state="$value" ;; autostart) S_autostart="$value" ;; present) S_present="$value" ;;
			since) S_since="$value" ;; token) S_token="$value" ;; index) S_index="$value" ;;
			drops) S_drops="$value" ;; device) S_device="$value" ;; pid) S_pid="$value" ;;
		esac
	done <"$NETIFD_RUN/interface/$1/state"
	return 0
}

save_interface() {
	mkdir -p "$NETIFD_RUN/interface/$1"
	write_file "$NETIFD_RUN/interface/$1/state" <<-END
		state $S_state
		autostart $S_autostart
		present $S_present
		since $S_since
		token $S_token
		index $S_index
		drops $S_drops
		device $S_device
		pid $S_pid
	END
}

# add_error NAME SUBSYSTEM CODE [DATA]: shown by ifstatus until the next attempt.
add_error() {
	mkdir -p "$NETIFD_RUN/interface/$1"
	printf '%s %s %s\n' "$2" "$3" "$4" >>"$NETIFD_RUN/interface/$1/errors"
	log "interface $1: $3${4:+ $4}"
}

clear_errors() { rm -f "$NETIFD_RUN/interface/$1/errors"; }

# detached COMMAND…: as a child that keeps nothing of its caller open, no lock above all.
detached() {
	(
		for fd in /proc/self/fd/*; do
			fd="${fd##*/}"
			[ "$fd" -le 2 ] || eval "exec $fd>&-" 2>/dev/null
		done
		exec "$@" </dev/null >/dev/null 2>&1
	)
}
