# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=dash disable=SC3043,SC2034
# What scripts of OpenWrt packages expect to find: configuration in shell variables, and what a
# package's postinst and prerm do. Runs in Busybox ash on the device and in any sh while an image is
# assembled (then IPKG_INSTROOT is the root being filled).
#
# A loaded option is CONFIG_section_option; a list also has _LENGTH and _ITEM1.. ; the section's type
# is its TYPE. CONFIG_SECTIONS names the sections in order.

N="
"
NO_EXPORT=1
LOAD_STATE=1
LIST_SEP=" "

debug() {
	${DEBUG:-:} "$@"
}

# assign VARIABLE VALUE: whatever the value holds. A word that is no name is refused.
assign() {
	case $1 in "" | [0-9]* | *[!A-Za-z0-9_]*) return 1 ;; esac
	eval "$1=\$2"
	[ -n "${NO_EXPORT-}" ] || export "${1?}"
}

# append VARIABLE VALUE [SEPARATOR]
append() {
	case $1 in "" | [0-9]* | *[!A-Za-z0-9_]*) return 1 ;; esac
	eval "$1=\${$1:+\$$1\${2:+\${3:- }}}\$2"
	[ -n "${NO_EXPORT-}" ] || export "${1?}"
}

# prepend VARIABLE VALUE [SEPARATOR]
prepend() {
	case $1 in "" | [0-9]* | *[!A-Za-z0-9_]*) return 1 ;; esac
	eval "$1=\$2\${$1:+\${2:+\${3:- }}\$$1}"
	[ -n "${NO_EXPORT-}" ] || export "${1?}"
}

# list_contains VARIABLE WORD: whether the word is one of those in the variable.
list_contains() {
	eval "set -- \" \${$1-} \" \"\$2\""
	case $1 in *" $2 "*) return 0 ;; esac
	return 1
}

# get_bool VALUE [DEFAULT]: prints 1, 0 or the default.
get_bool() {
	case ${1-} in
	1 | on | true | yes | enabled) printf 1 ;;
	0 | off | false | no | disabled) printf 0 ;;
	*) printf '%s' "${2-}" ;;
	esac
}

config_load() {
	[ -z "${IPKG_INSTROOT-}" ] || return 0
	uci_load "$@"
}

# Callbacks that a script may redefine before config_load.
reset_cb() {
	config_cb() { return 0; }
	option_cb() { return 0; }
	list_cb() { return 0; }
}
reset_cb

# The four words of an exported package, as commands. Callbacks run inside them, and what a callback
# sets must outlive them: so few locals, and none of a name that scripts use.
package() {
	return 0
}

config() {
	CONFIG_NUM_SECTIONS=$((${CONFIG_NUM_SECTIONS:-0} + 1))
	CONFIG_SECTION=${2:-cfg$CONFIG_NUM_SECTIONS}
	append CONFIG_SECTIONS "$CONFIG_SECTION"
	config_set "$CONFIG_SECTION" TYPE "$1"
	[ -n "${NO_CALLBACK-}" ] || config_cb "$1" "$CONFIG_SECTION"
}

option() {
	local varname="$1"

	shift
	config_set "$CONFIG_SECTION" "$varname" "$*"
	[ -n "${NO_CALLBACK-}" ] || option_cb "$varname" "$*"
}

list() {
	local varname="$1" len

	shift
	config_get len "$CONFIG_SECTION" "${varname}_LENGTH" 0
	[ "$len" -ne 0 ] || append CONFIG_LIST_STATE "${CONFIG_SECTION}_$varname"
	len=$((len + 1))
	config_set "$CONFIG_SECTION" "${varname}_ITEM$len" "$*"
	config_set "$CONFIG_SECTION" "${varname}_LENGTH" "$len"
	append "CONFIG_${CONFIG_SECTION}_$varname" "$*" "${LIST_SEP-}"
	[ -n "${NO_CALLBACK-}" ] || list_cb "$varname" "$*"
}

# config_set SECTION OPTION VALUE
config_set() {
	assign "CONFIG_${1}_$2" "${3-}"
}

config_unset() {
	config_set "$1" "$2" ""
}

# config_get VARIABLE SECTION OPTION [DEFAULT], or, printing it, config_get SECTION OPTION
config_get() {
	case $1$2${3-} in
	*[!A-Za-z0-9_]*) [ -z "${3-}" ] || assign "$1" "${4-}" ;;
	*)
		if [ -n "${3-}" ]; then
			eval "$1=\${CONFIG_${2}_$3:-\${4-}}"
			[ -n "${NO_EXPORT-}" ] || export "${1?}"
		else
			eval "printf '%s\\n' \"\${CONFIG_${1}_$2:-\${4-}}\""
		fi
		;;
	esac
}

# config_get_bool VARIABLE SECTION OPTION [DEFAULT]
config_get_bool() {
	config_get "$1" "$2" "$3" "${4-}"
	eval "set -- \"\$1\" \"\${$1}\" \"\${4-}\""
	case $2 in
	1 | on | true | yes | enabled) assign "$1" 1 ;;
	0 | off | false | no | disabled) assign "$1" 0 ;;
	*) assign "$1" "$3" ;;
	esac
}

# config_foreach FUNCTION [TYPE [ARGUMENT...]]: FUNCTION SECTION ARGUMENT... for each section (of that type).
config_foreach() {
	local ___function="$1" ___type="${2-}" section cfgtype

	shift $(($# < 2 ? $# : 2))
	for section in ${CONFIG_SECTIONS-}; do
		config_get cfgtype "$section" TYPE
		[ -z "$___type" ] || [ "$cfgtype" = "$___type" ] || continue
		eval "$___function \"\$section\" \"\$@\""
	done
}

# config_list_foreach SECTION OPTION FUNCTION [ARGUMENT...]: FUNCTION ITEM ARGUMENT... for each item.
config_list_foreach() {
	[ "$#" -ge 3 ] || return 0
	local section="$1" option="$2" function="$3" len val c=0

	shift 3
	config_get len "$section" "${option}_LENGTH"
	while [ "$c" -lt "${len:-0}" ]; do
		c=$((c + 1))
		config_get val "$section" "${option}_ITEM$c"
		eval "$function \"\$val\" \"\$@\""
	done
}

# include DIRECTORY: sources every *.sh in it.
include() {
	local file

	for file in "$1"/*.sh; do
		# shellcheck disable=SC1090
		[ ! -f "$file" ] || . "$file"
	done
}

# The number of a flash partition by its name, and its block device.
find_mtd_index() {
	sed -n "s/^mtd\([0-9]*\):.*\"$1\"\$/\1/p" /proc/mtd 2>/dev/null
}

find_mtd_part() {
	local index

	index=$(find_mtd_index "$1")
	printf '%s\n' "${index:+/dev/mtdblock$index}"
}

board_name() {
	if [ -e /tmp/sysinfo/board_name ]; then cat /tmp/sysinfo/board_name; else echo generic; fi
}

# cmdline_get_var NAME: its value on the kernel's command line; fails when it is not there.
cmdline_get_var() {
	local word words

	read -r words </proc/cmdline
	for word in $words; do
		case $word in "$1="*) printf '%s\n' "${word#*=}" && return 0 ;; esac
	done
	return 1
}

# Runs the scripts in /etc/uci-defaults; one that succeeds is removed, the others run again at the next boot.
uci_apply_defaults() {
	local directory="${1:-/etc/uci-defaults}" file

	for file in "$directory"/*; do
		[ -f "$file" ] || continue
		# shellcheck disable=SC1090
		if (cd "$directory" && . "$file"); then rm -f "$file"; else logger -s -t uci-defaults "$file failed"; fi
	done
	/sbin/uci commit
}

# --- users and groups ---

# _under_lock FILE COMMAND...: one writer at a time (while an image is assembled there is only one).
_under_lock() {
	local file="$1"

	shift
	if [ -n "${IPKG_INSTROOT-}" ]; then "$@"; else (flock 9 && "$@") 9<"$file"; fi
}

# _add_line FILE LINE
_add_line() {
	printf '%s\n' "$2" >>"$1"
}

# _free_id FILE: the first number from 65536 on that no line has in its third field.
_free_id() {
	awk -F: '{ used[$3] } END { for (n = 65536; n in used; n++); print n }' "$1"
}

# _line_of FILE NAME: whether there is a line of that name.
_line_of() {
	awk -F: -v name="$2" '$1 == name { found = 1 } END { exit !found }' "$1" 2>/dev/null
}

group_exists() {
	_line_of "${IPKG_INSTROOT-}/etc/group" "$1"
}

user_exists() {
	_line_of "${IPKG_INSTROOT-}/etc/passwd" "$1"
}

# group_add NAME NUMBER
group_add() {
	local file="${IPKG_INSTROOT-}/etc/group"

	[ -f "$file" ] || return 1
	_under_lock "$file" _add_line "$file" "$1:x:$2:"
}

# group_add_next NAME: makes it, with a free number, unless it is there; prints the number.
group_add_next() {
	local file="${IPKG_INSTROOT-}/etc/group" gid

	gid=$(awk -F: -v name="$1" '$1 == name { print $3; exit }' "$file")
	if [ -z "$gid" ]; then
		gid=$(_free_id "$file")
		group_add "$1" "$gid"
	fi
	printf '%s\n' "$gid"
}

# group_add_user GROUP USER
group_add_user() {
	local file="${IPKG_INSTROOT-}/etc/group"

	group_exists "$1" || return 1
	_under_lock "$file" _join_group "$file" "$1" "$2"
}

_join_group() {
	local text

	text=$(awk -F: -v group="$2" -v user="$3" '
		$1 == group && index("," $4 ",", "," user ",") == 0 { $0 = $0 ($4 == "" ? "" : ",") user }
		{ print }' "$1") || return 1
	printf '%s\n' "$text" >"$1.new" && cat "$1.new" >"$1"
	rm -f "$1.new"
}

# user_add NAME [UID [GID [DESCRIPTION [HOME [SHELL]]]]]
user_add() {
	local file="${IPKG_INSTROOT-}/etc/passwd" uid="${2-}" gid="${3-}"

	[ -f "$file" ] || return 1
	[ -n "$uid" ] || uid=$(_free_id "$file")
	[ -n "$gid" ] || gid=$uid
	_under_lock "$file" _add_line "$file" "$1:x:$uid:$gid:${4:-$1}:${5:-/var/run/$1}:${6:-/bin/false}"
	_under_lock "$file" _add_line "${IPKG_INSTROOT-}/etc/shadow" "$1:x:0:0:99999:7:::"
}

# --- what a package's maintainer scripts do ---

# _package_files NAME DIRECTORY: the package's files below a directory.
_package_files() {
	grep -s "^$2/" "${IPKG_INSTROOT-}/usr/lib/opkg/info/$1.list"
}

# _run_package_script NAME SCRIPT: the package's own part, NAME.SCRIPT-pkg, if it has one.
_run_package_script() {
	local file="${IPKG_INSTROOT-}/usr/lib/opkg/info/$1.$2-pkg"

	[ -f "$file" ] || return 0
	# shellcheck disable=SC1090
	(. "$file")
}

# _initscript FILE ACTION: on the device the script itself, in an image through the image's own rc.common.
_initscript() {
	if [ -n "${IPKG_INSTROOT-}" ]; then
		"$(command -v bash || command -v sh)" "$IPKG_INSTROOT/etc/rc.common" "$IPKG_INSTROOT$1" "$2"
	else
		"$1" "$2"
	fi
}

# add_group_and_user NAME: those the package requires: "Require-User: user=uid:group=gid ...".
add_group_and_user() {
	local entry user group uid gid

	# shellcheck disable=SC2013
	for entry in $(sed -n 's/^Require-User: *//p' "${IPKG_INSTROOT-}/usr/lib/opkg/info/$1.control" 2>/dev/null); do
		user=${entry%%:*}
		group=${entry#"$user"}
		group=${group#:}
		group=${group%%:*}
		uid="" gid=""
		case $user in *=*) uid=${user#*=} user=${user%%=*} ;; esac
		case $group in *=*) gid=${group#*=} group=${group%%=*} ;; esac
		if [ -n "$group" ] && [ -n "$gid" ]; then
			group_exists "$group" || group_add "$group" "$gid"
		elif [ -n "$group" ]; then
			gid=$(group_add_next "$group")
		fi
		[ -n "$user" ] || continue
		user_exists "$user" || user_add "$user" "$uid" "$gid"
		[ -z "$group" ] || group_add_user "$group" "$user"
	done
}

# _apply_package_defaults NAME: the package's scripts in /etc/uci-defaults, now instead of at the next boot.
_apply_package_defaults() {
	local file

	for file in $(_package_files "$1" /etc/uci-defaults); do
		# shellcheck disable=SC1090
		[ -f "$file" ] && (cd "${file%/*}" && . "$file") && rm -f "$file"
	done
	/sbin/uci commit
}

# default_postinst SCRIPT: users, the package's own part, modules, sysctls, defaults, services.
default_postinst() {
	local name="${1##*/}" status=0 file

	name=${name%.*}
	add_group_and_user "$name"
	_run_package_script "$name" postinst || status=$?
	if [ -z "${IPKG_INSTROOT-}" ]; then
		[ -z "$(_package_files "$name" /etc/modules.d)" ] || kmodloader
		[ -z "$(_package_files "$name" /etc/sysctl.d)" ] || /etc/init.d/sysctl restart
		[ -z "$(_package_files "$name" /etc/uci-defaults)" ] || _apply_package_defaults "$name"
	fi
	for file in $(_package_files "$name" /etc/init.d); do
		if [ -n "${IPKG_INSTROOT-}" ] || [ "${PKG_UPGRADE-}" != 1 ]; then _initscript "$file" enable; fi
		[ -n "${IPKG_INSTROOT-}" ] || "$file" start
	done
	return "$status"
}

# default_prerm SCRIPT: the package's own part, then its services stop and are disabled.
default_prerm() {
	local name="${1##*/}" status=0 file

	name=${name%.*}
	_run_package_script "$name" prerm || status=$?
	for file in $(_package_files "$name" /etc/init.d); do
		if [ -n "${IPKG_INSTROOT-}" ] || [ "${PKG_UPGRADE-}" != 1 ]; then _initscript "$file" disable; fi
		[ -n "${IPKG_INSTROOT-}" ] || "$file" stop
	done
	return "$status"
}

# shellcheck source=/dev/null
[ -n "${IPKG_INSTROOT-}" ] || [ ! -f /lib/config/uci.sh ] || . /lib/config/uci.sh
