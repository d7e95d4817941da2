# shellcheck shell=dash disable=SC3043,SC2034
# Helpers of init scripts that start their daemon themselves, without
# supervision. Set before the call:
#   SERVICE_NAME       pid file /var/run/NAME.pid (default: the program's name)
#   SERVICE_PID_FILE   another pid file
#   SERVICE_DAEMONIZE  put the program into the background
#   SERVICE_WRITE_PID  write the pid file for a program that does not
#   SERVICE_MATCH_EXEC, SERVICE_MATCH_NAME   compare these too
#   SERVICE_UID, SERVICE_GID   run as
#   SERVICE_DEBUG      print the command instead of running it
#   SERVICE_QUIET, SERVICE_SIG_RELOAD (HUP), SERVICE_SIG_STOP (TERM),
#   SERVICE_STOP_TIME (seconds until KILL, 5)

_service_pid_file() {
	local name=${SERVICE_NAME:-${1##*/}}
	echo "${SERVICE_PID_FILE:-/var/run/$name.pid}"
}

# _service_signal SIGNAL PROGRAM: by pid file where there is one.
_service_signal() {
	local signal=$1 program=$2 pid_file
	pid_file=$(_service_pid_file "$program")
	set -- -K -q -s "$signal"
	if [ -f "$pid_file" ]; then
		set -- "$@" -p "$pid_file"
	else
		set -- "$@" -x "$program"
	fi
	[ -n "$SERVICE_MATCH_NAME" ] && set -- "$@" -n "$SERVICE_MATCH_NAME"
	${SERVICE_DEBUG:+echo} start-stop-daemon "$@"
}

# service_start PROGRAM [ARGUMENT...]
service_start() {
	local program=$1 pid_file owner
	shift
	pid_file=$(_service_pid_file "$program")
	owner=$SERVICE_UID${SERVICE_GID:+:$SERVICE_GID}
	${SERVICE_DEBUG:+echo} start-stop-daemon -S ${SERVICE_QUIET:+-q} -x "$program" -p "$pid_file" \
		${SERVICE_DAEMONIZE:+-b} ${SERVICE_WRITE_PID:+-m} ${owner:+-c "$owner"} -- "$@"
}

# service_stop PROGRAM: asks, waits, then insists.
service_stop() {
	local left=${SERVICE_STOP_TIME:-5} pid_file
	pid_file=$(_service_pid_file "$1")
	_service_signal "${SERVICE_SIG_STOP:-TERM}" "$1" || return 1
	while [ "$left" -gt 0 ] && service_check "$1"; do
		sleep 1
		left=$((left - 1))
	done
	service_check "$1" && _service_signal KILL "$1"
	[ -n "$SERVICE_WRITE_PID" ] && rm -f "$pid_file"
	return 0
}

# service_reload PROGRAM
service_reload() {
	_service_signal "${SERVICE_SIG_RELOAD:-HUP}" "$1"
}

# service_check PROGRAM: is it running?
service_check() {
	SERVICE_DEBUG='' _service_signal 0 "$1" >/dev/null 2>&1
}

service_signal() {
	_service_signal "${2:-USR1}" "$1"
}

service_kill() {
	service_stop "$@"
}
