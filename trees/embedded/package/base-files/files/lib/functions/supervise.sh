# shellcheck shell=dash disable=SC2317,SC3043
# Supervised services: what lies where, and how one instance is started,
# stopped and compared. Used by procd.sh, /sbin/service and ubus.
#
# /var/run/service/NAME/
#   script                 the init script
#   triggers               shell: t 'EVENT' 'KEY=VALUE' 'DELAY' 'COMMAND'... each
#   data                   free text of the script (JSON)
#   instances/INSTANCE/
#     spec                 shell: p NAME 'VALUE' 'VALUE'... for each parameter
#     monitor              pid of the process that watches this instance
#     pid                  pid and start time of the program itself
#     respawns exit_code   how often it was started again, and its last end
#
# A spec is written once and compared as a whole: same text, same instance.

SUPERVISE_DIR=/var/run/service

# quote VARIABLE TEXT: sets VARIABLE to TEXT as one word of shell, without
# starting a process.
quote() {
	local _quoted='' _left="$2"
	while :; do
		case $_left in
		*\'*)
			_quoted="$_quoted${_left%%\'*}'\\''"
			_left=${_left#*\'}
			;;
		*) break ;;
		esac
	done
	eval "$1=\"'\$_quoted\$_left'\""
}

# process_start_time PID: clock ticks since boot, which tells a process from a
# later one with the same number. Prints nothing for a process that is gone.
process_start_time() {
	local stat=''
	[ -r "/proc/$1/stat" ] || return 1
	read -r stat 2>/dev/null < "/proc/$1/stat" || return 1
	stat=${stat##*) }
	# shellcheck disable=SC2086
	set -- $stat
	[ "$1" = Z ] && return 1
	echo "${20}"
}

# instance_pid DIRECTORY: prints the pid of the running program.
instance_pid() {
	local pid='' since=''
	[ -r "$1/pid" ] || return 1
	read -r pid since 2>/dev/null < "$1/pid"
	[ -n "$pid" ] && [ "$(process_start_time "$pid")" = "$since" ] && echo "$pid"
}

# instance_monitor DIRECTORY: prints the pid of the process watching it.
instance_monitor() {
	local pid='' since=''
	[ -r "$1/monitor" ] || return 1
	read -r pid since 2>/dev/null < "$1/monitor"
	[ -n "$pid" ] && [ "$(process_start_time "$pid")" = "$since" ] && echo "$pid"
}

# instance_parameter DIRECTORY NAME: prints the first value of a parameter.
instance_parameter() (
	wanted=$2
	found=1
	p() {
		[ "$1" = "$wanted" ] && echo "$2" && found=0
	}
	# shellcheck source=/dev/null
	. "$1/spec"
	return $found
)

# close_descriptors: all but the first three. A lock or an SSH session held by a
# daemon would never be released.
close_descriptors() {
	local descriptor
	for descriptor in /proc/self/fd/*; do
		descriptor=${descriptor##*/}
		[ "$descriptor" -gt 2 ] 2>/dev/null && eval "exec $descriptor>&-"
	done
}

# instance_launch DIRECTORY: starts the watching process, and waits until it
# has started the program (or has given up). It keeps nothing of the caller:
# no environment, no terminal, no open file, no signal settings but ignored
# ones.
instance_launch() {
	local left=250
	rm -f "$1/monitor" "$1/pid" "$1/respawns" "$1/exit_code" "$1/state"
	(
		exec </dev/null >/dev/null 2>&1
		close_descriptors
		exec env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/ \
			setsid /usr/libexec/service/monitor "$1" &
	)
	while [ ! -e "$1/state" ] && [ "$left" -gt 0 ]; do
		usleep 20000
		left=$((left - 1))
	done
}

# instance_stop DIRECTORY: ends program and watcher, and waits for both. What
# is left of the program's process group goes with it.
instance_stop() {
	local monitor pid wait left
	wait=$(instance_parameter "$1" term_timeout)
	left=$(((${wait:-5} + 3) * 20))
	if monitor=$(instance_monitor "$1"); then
		while [ "$left" -gt 0 ] && instance_monitor "$1" >/dev/null; do
			[ $((left % 20)) = 0 ] && kill -TERM "$monitor" 2>/dev/null
			usleep 50000
			left=$((left - 1))
		done
		instance_monitor "$1" >/dev/null && kill -KILL "$monitor" 2>/dev/null
	fi
	# Only when the watcher itself was killed is there still a program.
	pid=$(instance_pid "$1") && {
		kill -TERM "$pid" 2>/dev/null
		left=$((${wait:-5} * 20))
		while [ "$left" -gt 0 ] && instance_pid "$1" >/dev/null; do
			usleep 50000
			left=$((left - 1))
		done
		kill -KILL -"$pid" 2>/dev/null
	}
	return 0
}

# instance_apply DIRECTORY NEW-SPEC: makes the running instance what the spec
# says. Nothing happens to one that already is.
instance_apply() {
	local directory=$1 new=$2 signal pid
	if [ -e "$directory/spec" ] && instance_monitor "$directory" >/dev/null; then
		if cmp -s "$new" "$directory/spec"; then
			rm -f "$new"
			return 0
		fi
		if signal=$(instance_parameter "$directory" reload_signal) &&
			pid=$(instance_pid "$directory"); then
			mv -f "$new" "$directory/spec"
			kill -s "$signal" "$pid"
			return
		fi
	fi
	if [ -e "$directory/spec" ]; then
		instance_stop "$directory"
	fi
	mkdir -p "$directory"
	mv -f "$new" "$directory/spec"
	instance_launch "$directory"
}

# service_remove NAME [INSTANCE]: stops and forgets; without an instance the
# whole service, its triggers included.
service_remove() {
	local service=$SUPERVISE_DIR/$1 directory
	[ -d "$service" ] || return 0
	if [ -n "$2" ]; then
		[ -d "$service/instances/$2" ] || return 0
		instance_stop "$service/instances/$2"
		rm -rf "${service:?}/instances/$2"
		return
	fi
	# All at once, so that several slow ones take the time of one.
	for directory in "$service"/instances/*/; do
		[ -d "$directory" ] && instance_stop "${directory%/}" &
	done
	wait
	rm -rf "$service"
}

# service_signal_all NAME INSTANCE|* SIGNAL: sends a signal to the programs.
service_signal_all() {
	local directory pid found=1
	for directory in "$SUPERVISE_DIR/$1"/instances/*/; do
		directory=${directory%/}
		[ "$2" = '*' ] || [ "${directory##*/}" = "$2" ] || continue
		pid=$(instance_pid "$directory") && kill -s "$3" "$pid" && found=0
	done
	return $found
}
