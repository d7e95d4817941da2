# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=dash disable=SC3043,SC2034
# The uci command for scripts. Sourced by /lib/functions.sh.
#
# UCI_CONFIG_DIR, when set, stands for /etc/config. LOAD_STATE (on by default) makes uci_load take in
# /var/state: what runs now, set by uci_set_state and never committed.

CONFIG_APPEND=

# uci [option...] command argument...
_uci() {
	/sbin/uci ${UCI_CONFIG_DIR:+-c "$UCI_CONFIG_DIR"} "$@"
}

# Forgets what the last uci_load left behind, unless CONFIG_APPEND is set.
_uci_forget() {
	local name

	for name in ${CONFIG_LIST_STATE-}; do
		assign "CONFIG_$name" ""
		assign "CONFIG_${name}_LENGTH" ""
	done
	CONFIG_LIST_STATE=
	CONFIG_SECTIONS=
	CONFIG_NUM_SECTIONS=0
	CONFIG_SECTION=
}

# uci_load PACKAGE: each section becomes a call of config(), each value one of option() or list();
# config_cb without arguments ends it. With UCI_QUOTE_TYPES no value can be more than a value.
uci_load() {
	local _uci_text _uci_status

	[ -n "${CONFIG_APPEND-}" ] || _uci_forget
	_uci_text=$(export UCI_QUOTE_TYPES=1; _uci ${LOAD_STATE:+-P /var/state} -S -n export "$1" 2>/dev/null)
	_uci_status=$?
	[ "$_uci_status" -ne 0 ] || eval "$_uci_text"
	[ -z "${CONFIG_SECTION-}" ] || config_cb
	return "$_uci_status"
}

# uci_set_default PACKAGE < TEXT: creates the package, unless it is there.
uci_set_default() {
	_uci -q show "$1" >/dev/null && return 0
	_uci import "$1"
	_uci commit "$1"
}

# uci_get PACKAGE [SECTION [OPTION [DEFAULT [STATE_DIR]]]]
uci_get() {
	_uci ${5:+-P "$5"} -q get "$1${2:+.$2}${3:+.$3}" && return 0
	[ -z "${4-}" ] || printf '%s\n' "$4"
	return 1
}

uci_get_state() {
	uci_get "$1" "${2-}" "${3-}" "${4-}" /var/state
}

# uci_set_state PACKAGE SECTION OPTION VALUE: all four, or nothing happens; an empty OPTION sets the type.
uci_set_state() {
	[ "$#" -eq 4 ] || return 0
	_uci -P /var/state set "$1.$2${3:+.$3}=$4"
}

uci_revert_state() {
	_uci -P /var/state revert "$1${2:+.$2}${3:+.$3}"
}

uci_toggle_state() {
	uci_revert_state "$1" "$2" "$3"
	uci_set_state "$1" "$2" "$3" "$4"
}

uci_set() {
	_uci set "$1.$2.$3=${4-}"
}

uci_add_list() {
	_uci add_list "$1.$2.$3=${4-}"
}

uci_remove_list() {
	_uci del_list "$1.$2.$3=${4-}"
}

# uci_add PACKAGE TYPE [SECTION]: CONFIG_SECTION says which it is.
uci_add() {
	if [ -n "${3-}" ]; then
		_uci set "$1.$3=$2"
		CONFIG_SECTION=$3
	else
		CONFIG_SECTION=$(_uci add "$1" "$2")
	fi
}

# uci_rename PACKAGE SECTION NAME, or PACKAGE SECTION OPTION NAME
uci_rename() {
	_uci rename "$1.$2${4:+.$3}=${4:-$3}"
}

uci_remove() {
	_uci delete "$1.$2${3:+.$3}"
}

uci_revert() {
	_uci revert "$1${2:+.$2}${3:+.$3}"
}

# uci_commit [PACKAGE]
uci_commit() {
	_uci commit ${1:+"$1"}
}
