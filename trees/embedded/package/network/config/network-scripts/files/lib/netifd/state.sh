# shellcheck shell=dash disable=SC2015,SC3043
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
NEWLINE='
'

log() { logger -t netifd "$*" 2>/dev/null || echo "netifd: $*" >&2; }

# locked COMMAND…: runs it alone. Whatever it leaves in the background must close descriptor 9: see detached.
locked() {
	[ -d "$NETIFD_RUN/hotplug" ] || mkdir -p "$NETIFD_RUN/interface" "$NETIFD_RUN/device" "$NETIFD_RUN/hotplug"
	{ flock 9 && "$@"; } 9>"$NETIFD_RUN/lock" 3>&-
}

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

# write_file FILE TEXT: becomes FILE in one rename.
write_file() { printf %s "$2" >"$1.new.$$" && mv "$1.new.$$" "$1"; }

# read_file FILE: R is its text, every line with its end; empty when there is none.
read_file() {
	local line
	R=''
	[ -r "$1" ] || return 1
	while IFS= read -r line; do R="$R$line$NEWLINE"; done <"$1"
}

# value_in FILE KEY: R is the value of its line "KEY VALUE".
value_in() {
	local key value
	R=''
	[ -r "$1" ] || return 1
	while read -r key value; do
		if [ "$key" = "$2" ]; then R="$value"; return 0; fi
	done <"$1"
	return 1
}

uptime_seconds() { read -r R _ </proc/uptime; R="${R%.*}"; }

# next_number FILE: R differs from every earlier one of this boot.
next_number() {
	local last=0
	[ ! -s "$1" ] || read -r last <"$1"
	write_file "$1" "$((last + 1))$NEWLINE"
	R=$((last + 1))
}

# interface_names: R is the list.
interface_names() {
	local path names=''
	for path in "$NETIFD_RUN"/config/interface/*; do [ ! -f "$path" ] || names="$names ${path##*/}"; done
	R="$names"
}

# read_pairs FILE PREFIX: its lines "key value" become the variables PREFIXkey. The files are written by plan.sh;
# of a key only its letters count, and a value is never looked at by the shell.
read_pairs() {
	local key value
	while read -r key value; do
		case "$key" in '' | *[!a-z0-9_]*) continue ;; esac
		eval "$2$key=\$value"
	done <"$1"
}

# load_interface NAME: its configuration in C_…, its state in S_….
load_interface() {
	local key
	for key in $CONFIG_KEYS; do unset "C_$key"; done
	S_state=down S_autostart=1 S_present=0 S_since=0 S_token=0 S_index=0 S_drops=0 S_refused='' S_device='' S_pid=''
	[ -r "$NETIFD_RUN/config/interface/$1" ] || return 1
	read_pairs "$NETIFD_RUN/config/interface/$1" C_
	[ ! -r "$NETIFD_RUN/interface/$1/state" ] || read_pairs "$NETIFD_RUN/interface/$1/state" S_
}

save_interface() {
	[ -d "$NETIFD_RUN/interface/$1" ] || mkdir -p "$NETIFD_RUN/interface/$1"
	write_file "$NETIFD_RUN/interface/$1/state" "state $S_state
autostart $S_autostart
refused $S_refused
present $S_present
since $S_since
token $S_token
index $S_index
drops $S_drops
device $S_device
pid $S_pid
"
}

state_of() { value_in "$NETIFD_RUN/interface/$1/state" state || R=down; }
is_up() { state_of "$1"; [ "$R" = up ]; }

# add_error NAME SUBSYSTEM CODE [DATA]: shown by ifstatus until the next attempt.
add_error() {
	[ -d "$NETIFD_RUN/interface/$1" ] || mkdir -p "$NETIFD_RUN/interface/$1"
	printf '%s %s %s\n' "$2" "$3" "$4" >>"$NETIFD_RUN/interface/$1/errors"
	log "interface $1: $3${4:+ $4}"
}

clear_errors() { [ ! -e "$NETIFD_RUN/interface/$1/errors" ] || rm -f "$NETIFD_RUN/interface/$1/errors"; }
