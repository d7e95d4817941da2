# shellcheck shell=dash disable=SC2015,SC2119,SC2120,SC2154,SC3043
# What an init script with USE_PROCD=1 calls. The names and their meaning are
# OpenWrt's, so that its packages run here unchanged; behind them are the
# directories of supervise.sh.
#
#   procd_open_instance [NAME] · procd_set_param NAME VALUE... ·
#   procd_append_param NAME VALUE... · procd_close_instance
#   procd_add_reload_trigger PACKAGE... · procd_add_interface_trigger ...
#   procd_kill SERVICE [INSTANCE] · procd_send_signal SERVICE [INSTANCE] [SIGNAL]
#   procd_running SERVICE [INSTANCE]
#
# Accepted and without effect, as on a system without the matching daemon:
# jails, seccomp filters, capabilities, mDNS announcements.

# shellcheck source=/dev/null
. "$IPKG_INSTROOT/lib/functions/supervise.sh"
# shellcheck source=/dev/null
. "$IPKG_INSTROOT/lib/functions/validate.sh"

PROCD_RELOAD_DELAY=1000
_PROCD_SERVICE=''
_procd_specs=''
_procd_parameters=''
_procd_instance=''
_procd_instances=0

# procd_lock: one init script of a service at a time. What an init script runs
# holds its locks as well, also when it comes back to the same service:
# PROCD_LOCKED lists "SERVICE:PID" of the holders.
procd_lock() {
	local name=${service_name:-${initscript##*/}} holder
	for holder in $PROCD_LOCKED; do
		[ "${holder%:*}" = "$name" ] && kill -0 "${holder##*:}" 2>/dev/null && return 0
	done
	mkdir -p /var/lock
	eval "exec 1000>/var/lock/procd_$name.lock"
	flock 1000 || logger -t "$name" -p daemon.warn "the lock of this service cannot be taken"
	export PROCD_LOCKED="$PROCD_LOCKED $name:$$"
}

# --- a service --------------------------------------------------------------

procd_open_service() {
	_PROCD_SERVICE=$1
	_procd_specs="$SUPERVISE_DIR/$1/new"
	_procd_instances=0
	_procd_triggers=''
	_procd_data=''
	rm -rf "$_procd_specs"
	mkdir -p "$_procd_specs" "$SUPERVISE_DIR/$1/instances"
	echo "/etc/init.d/$1" > "$SUPERVISE_DIR/$1/script"
}

# procd_close_service [set|add]: makes what runs what was described. "set"
# also ends the instances that were not described again.
procd_close_service() {
	local directory name code=0
	local service=$SUPERVISE_DIR/$_PROCD_SERVICE

	type service_triggers >/dev/null 2>&1 && service_triggers
	type service_data >/dev/null 2>&1 && service_data

	[ "$1" = add ] || for directory in "$service"/instances/*/; do
		directory=${directory%/}
		name=${directory##*/}
		[ -d "$directory" ] && [ ! -e "$_procd_specs/$name" ] || continue
		instance_stop "$directory"
		rm -rf "$directory"
	done
	for directory in "$_procd_specs"/*; do
		[ -e "$directory" ] || continue
		instance_apply "$service/instances/${directory##*/}" "$directory" || code=1
	done
	rm -rf "$_procd_specs"
	printf '%s' "$_procd_triggers" > "$service/triggers"
	[ -z "$_procd_data" ] || printf '%s\n' "$_procd_data" > "$service/data"
	_PROCD_SERVICE=''
	return $code
}

procd_add_instance() {
	procd_open_instance
	procd_set_param command "$@"
	procd_close_instance
}

# procd_kill SERVICE [INSTANCE]
procd_kill() {
	[ -n "$1" ] || return 1
	service_remove "$1" "$2"
}

# procd_send_signal SERVICE [INSTANCE|*] [SIGNAL]
procd_send_signal() {
	service_signal_all "$1" "${2:-*}" "${3:-HUP}"
}

# procd_running SERVICE [INSTANCE]: is one of its programs running?
procd_running() {
	local directory
	[ -n "$2" ] && [ "$2" != '*' ] && {
		instance_pid "$SUPERVISE_DIR/$1/instances/$2" >/dev/null
		return
	}
	for directory in "$SUPERVISE_DIR/$1"/instances/*/; do
		instance_pid "${directory%/}" >/dev/null && return 0
	done
	return 1
}

_procd_status() {
	local service=$SUPERVISE_DIR/$1 directory any=0
	[ -d "$service" ] || {
		echo inactive
		return 3
	}
	if [ -n "$2" ] && [ "$2" != '*' ]; then
		[ -d "$service/instances/$2" ] || {
			echo "unknown instance $2"
			return 4
		}
	else
		for directory in "$service"/instances/*/; do
			[ -d "$directory" ] && any=1
		done
		[ "$any" = 1 ] || {
			echo "active with no instances"
			return 0
		}
	fi
	if procd_running "$1" "$2"; then
		echo running
		return 0
	fi
	echo "not running"
	return 5
}

_procd_info() {
	/usr/libexec/service/json "$1"
}

# --- an instance --------------------------------------------------------------

# procd_open_instance [NAME]: without a name, instance1, instance2 ...
procd_open_instance() {
	_procd_instances=$((_procd_instances + 1))
	_procd_instance=${1:-instance$_procd_instances}
	_procd_parameters=''
	_procd_order=''
}

# _procd_add_values NAME VALUE...: to the end of that parameter.
_procd_add_values() {
	local name=$1 word list value
	shift
	case " $_procd_order " in
	*" $name "*) eval "list=\$_procd_values_$name" ;;
	*)
		list=''
		_procd_order="$_procd_order $name"
		;;
	esac
	for value; do
		quote word "$value"
		list="$list $word"
	done
	eval "_procd_values_$name=\$list"
}

# procd_set_param NAME VALUE...: "env" and the like add up when set again.
procd_set_param() {
	local name=$1 signal
	case $name in
	command | env | data | limits | file | netdev | watch | error) ;;
	respawn | reload_signal | pidfile | user | group | stdout | stderr | nice | term_timeout)
		_procd_forget "$name" ;;
	no_new_privs | seccomp | capabilities | facility | extroot | overlaydir | tmpoverlaysize | watchdog | profiling)
		return 0 ;;
	*)
		logger -t "${_PROCD_SERVICE:-procd}" -p daemon.warn "unknown service parameter $name ignored"
		return 0 ;;
	esac
	[ "$name" = command ] && _procd_forget command
	[ "$name" = reload_signal ] && {
		signal=${2#SIG}
		set -- "$name" "$signal"
	}
	_procd_add_values "$@"
}

# _procd_forget NAME: what was set under that name until now.
_procd_forget() {
	local name kept=''
	for name in $_procd_order; do
		[ "$name" = "$1" ] || kept="$kept $name"
	done
	_procd_order=$kept
}

procd_append_param() {
	_procd_add_values "$@"
}

# The jail functions describe a sandbox that needs a program of its own.
procd_add_jail() { return 0; }
procd_add_jail_mount() { return 0; }
procd_add_jail_mount_rw() { return 0; }

procd_close_instance() {
	local name values index
	for name in $_procd_order; do
		eval "values=\$_procd_values_$name"
		_procd_parameters="${_procd_parameters}p $name$values
"
	done
	# A changed file or another interface under the same name is another
	# instance: what they are now is part of the description.
	case " $_procd_order " in
	*" file "*)
		eval "set -- $_procd_values_file"
		for name; do
			index=$(md5sum 2>/dev/null < "$name") || index=absent
			quote values "$name ${index%% *}"
			_procd_parameters="${_procd_parameters}p file_content $values
"
		done
		;;
	esac
	case " $_procd_order " in
	*" netdev "*)
		eval "set -- $_procd_values_netdev"
		for name; do
			index=''
			read -r index 2>/dev/null < "/sys/class/net/$name/ifindex"
			quote values "$name $index"
			_procd_parameters="${_procd_parameters}p netdev_index $values
"
		done
		;;
	esac
	printf '%s' "$_procd_parameters" > "$_procd_specs/$_procd_instance"
	for name in $_procd_order; do
		unset "_procd_values_$name"
	done
	_procd_instance=''
}

# --- triggers -------------------------------------------------------------------

procd_open_trigger() { return 0; }
procd_close_trigger() { return 0; }

# _procd_trigger EVENT KEY=VALUE DELAY COMMAND...
_procd_trigger() {
	local word line=t
	for word; do
		quote word "$word"
		line="$line $word"
	done
	_procd_triggers="$_procd_triggers$line
"
}

# procd_add_raw_trigger EVENT DELAY COMMAND...
procd_add_raw_trigger() {
	local event=$1 delay=$2
	shift 2
	_procd_trigger "$event" '' "$delay" "$@"
}

# procd_add_config_trigger EVENT PACKAGE COMMAND...
procd_add_config_trigger() {
	local event=$1 package=$2
	shift 2
	_procd_trigger "$event" "package=$package" "$PROCD_RELOAD_DELAY" "$@"
}

# procd_add_interface_trigger EVENT INTERFACE COMMAND...
procd_add_interface_trigger() {
	local event=$1 interface=$2
	shift 2
	_procd_trigger "$event" "interface=$interface" "$PROCD_RELOAD_DELAY" "$@"
}

# procd_add_reload_trigger PACKAGE...
procd_add_reload_trigger() {
	local package
	for package; do
		procd_add_config_trigger config.change "$package" "/etc/init.d/$_PROCD_SERVICE" reload
	done
}

# procd_add_reload_interface_trigger INTERFACE
procd_add_reload_interface_trigger() {
	procd_add_interface_trigger 'interface.*' "$1" "/etc/init.d/$_PROCD_SERVICE" reload
}

# Mount events: ACTION is reload or restart, a mount point per argument.
procd_add_action_mount_trigger() {
	local action=$1 point
	shift
	for point; do
		_procd_trigger mount.add "target=$point" "$PROCD_RELOAD_DELAY" \
			"/etc/init.d/$_PROCD_SERVICE" "$action"
	done
}

procd_add_reload_mount_trigger() {
	procd_add_action_mount_trigger reload "$@"
}

procd_add_restart_mount_trigger() {
	procd_add_action_mount_trigger restart "$@"
}

# --- data ---------------------------------------------------------------------

# Free data of a service, built between these two with json_add_string and so
# on (jshn.sh, loaded when it is first wanted).
procd_open_data() {
	# shellcheck source=/dev/null
	. /usr/share/libubox/jshn.sh
	json_init
}

procd_close_data() {
	_procd_data=$(json_dump)
}

procd_add_mdns() { return 0; }
procd_add_mdns_service() { return 0; }

# procd_add_validation FUNCTION: on OpenWrt this tells ubus which options a
# package has. The checks themselves are made when the options are read.
procd_open_validate() { return 0; }
procd_close_validate() { return 0; }
procd_add_validation() { return 0; }
