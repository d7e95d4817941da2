# shellcheck shell=dash disable=SC3043,SC2034
# Options read and checked in one go:
#   uci_load_validate PACKAGE TYPE SECTION FUNCTION 'option:type:default'...
#   uci_validate_section PACKAGE TYPE SECTION 'option:type:default'...
# Every option becomes a shell variable; one that does not fit its type counts
# as not set (its default is taken) and makes the result 1.

# _validate_split TEXT: sets _name, _type and _default. A type may itself hold
# colons and commas within its brackets: 'x:or("a:b", uinteger):1'.
_validate_split() {
	local rest=$1 depth=0 part
	_name=${rest%%:*}
	_type='' _default=''
	[ "$rest" = "$_name" ] && { _type=string; return; }
	rest=${rest#*:}
	while [ -n "$rest" ]; do
		part=${rest%"${rest#?}"}
		rest=${rest#?}
		case $part in
		'(') depth=$((depth + 1)) ;;
		')') depth=$((depth - 1)) ;;
		:) [ "$depth" = 0 ] && { _default=$rest; break; } ;;
		esac
		_type=$_type$part
	done
}

_validate_integer() {
	case ${1#[-+]} in
	'' | *[!0-9]*) return 1 ;;
	esac
}

_validate_unsigned() {
	case $1 in
	'' | *[!0-9]*) return 1 ;;
	esac
}

_validate_ip4() {
	local IFS=. octet
	case $1 in *[!0-9.]* | *. | .* | *..*) return 1 ;; esac
	# shellcheck disable=SC2086
	set -- $1
	[ $# = 4 ] || return 1
	for octet; do
		[ "$octet" -le 255 ] || return 1
	done
}

_validate_ip6() {
	case $1 in
	*:*:*) ;;
	*) return 1 ;;
	esac
	case $1 in
	*[!0-9a-fA-F:.]* | *:::*) return 1 ;;
	esac
}

_validate_host() {
	case $1 in
	'' | *[!A-Za-z0-9._-]* | -* | .*) return 1 ;;
	esac
	[ ${#1} -le 253 ]
}

# _validate_arguments TYPE(...): sets _arguments, one a line, quotes removed.
_validate_arguments() {
	local inner=${1#*\(}
	inner=${inner%\)}
	_arguments=$(printf '%s' "$inner" | awk '{
		out = ""; depth = 0
		for (i = 1; i <= length($0); i++) {
			c = substr($0, i, 1)
			if (c == "(") depth++
			if (c == ")") depth--
			if (c == "," && depth == 0) { print trim(out); out = ""; continue }
			out = out c
		}
		print trim(out)
	}
	function trim(s) { sub(/^[ \t]+/, "", s); sub(/[ \t]+$/, "", s); return s }')
}

# validate_value TYPE VALUE: does the value fit?
validate_value() {
	local type=$1 value=$2 argument word _arguments IFS
	case $type in
	string | '') return 0 ;;
	bool)
		case $value in
		0 | 1 | on | off | yes | no | true | false | enabled | disabled) return 0 ;;
		esac
		return 1
		;;
	uinteger) _validate_unsigned "$value" ;;
	integer) _validate_integer "$value" ;;
	port) _validate_unsigned "$value" && [ "$value" -le 65535 ] ;;
	portrange)
		_validate_unsigned "${value%%-*}" && _validate_unsigned "${value##*-}" &&
			[ "${value%%-*}" -le "${value##*-}" ] && [ "${value##*-}" -le 65535 ]
		;;
	ip4addr | ipv4) _validate_ip4 "$value" ;;
	ip6addr | ipv6) _validate_ip6 "$value" ;;
	ipaddr) _validate_ip4 "$value" || _validate_ip6 "$value" ;;
	cidr4 | netmask4)
		case $value in
		*/*) _validate_ip4 "${value%/*}" && _validate_unsigned "${value#*/}" && [ "${value#*/}" -le 32 ] ;;
		*) _validate_ip4 "$value" ;;
		esac
		;;
	cidr6)
		case $value in
		*/*) _validate_ip6 "${value%/*}" && _validate_unsigned "${value#*/}" && [ "${value#*/}" -le 128 ] ;;
		*) _validate_ip6 "$value" ;;
		esac
		;;
	cidr) validate_value cidr4 "$value" || validate_value cidr6 "$value" ;;
	hostname) _validate_host "$value" ;;
	host) _validate_host "$value" || _validate_ip6 "$value" ;;
	uciname)
		case $value in '' | *[!A-Za-z0-9_]*) return 1 ;; esac
		;;
	network | device)
		case $value in '' | */* | *[!A-Za-z0-9@._:-]*) return 1 ;; esac
		;;
	macaddr)
		case $value in
		[0-9a-fA-F][0-9a-fA-F]:[0-9a-fA-F][0-9a-fA-F]:[0-9a-fA-F][0-9a-fA-F]:[0-9a-fA-F][0-9a-fA-F]:[0-9a-fA-F][0-9a-fA-F]:[0-9a-fA-F][0-9a-fA-F]) return 0 ;;
		esac
		return 1
		;;
	file) [ -f "$value" ] ;;
	directory) [ -d "$value" ] ;;
	'range('* | 'min('* | 'max('* | 'rangelength('* | 'minlength('* | 'maxlength('*)
		_validate_arguments "$type"
		# shellcheck disable=SC2086
		set -- $_arguments
		case $type in
		range\(*) _validate_integer "$value" && [ "$value" -ge "$1" ] && [ "$value" -le "$2" ] ;;
		min\(*) _validate_integer "$value" && [ "$value" -ge "$1" ] ;;
		max\(*) _validate_integer "$value" && [ "$value" -le "$1" ] ;;
		rangelength\(*) [ ${#value} -ge "$1" ] && [ ${#value} -le "$2" ] ;;
		minlength\(*) [ ${#value} -ge "$1" ] ;;
		maxlength\(*) [ ${#value} -le "$1" ] ;;
		esac
		;;
	'or('* | 'and('*)
		_validate_arguments "$type"
		IFS='
'
		for argument in $_arguments; do
			unset IFS
			if validate_value "$argument" "$value"; then
				case $type in or\(*) return 0 ;; esac
			else
				case $type in and\(*) return 1 ;; esac
			fi
		done
		case $type in and\(*) return 0 ;; esac
		return 1
		;;
	'list('*)
		type=${type#list\(}
		type=${type%\)}
		for word in $value; do
			validate_value "$type" "$word" || return 1
		done
		return 0
		;;
	\"*\") [ "$value" = "${type#\"}" ] || [ "\"$value\"" = "$type" ] ;;
	\'*\') [ "'$value'" = "$type" ] ;;
	*) return 0 ;;
	esac
}

# uci_validate_section PACKAGE TYPE SECTION 'option:type:default'...
uci_validate_section() {
	local _package=$1 _wanted=$2 _section=$3 _value _result=0 _name _type _default _given
	shift 3
	for _given; do
		_validate_split "$_given"
		_value=''
		[ -n "$_section" ] && _value=$(uci -q -d ' ' get "$_package.$_section.$_name")
		if [ -n "$_value" ] && ! validate_value "$_type" "$_value"; then
			logger -t "$_package" -p daemon.warn "$_section.$_name: '$_value' is no $_type"
			_value=''
			_result=1
		fi
		[ -n "$_value" ] || _value=$_default
		case $_type in
		bool)
			case $_value in
			1 | on | yes | true | enabled) _value=1 ;;
			'') ;;
			*) _value=0 ;;
			esac
			;;
		esac
		eval "$_name=\$_value"
	done
	return $_result
}

# uci_load_validate PACKAGE TYPE SECTION FUNCTION 'option:type:default'...:
# calls FUNCTION SECTION RESULT with the variables set.
uci_load_validate() {
	local _package=$1 _wanted=$2 _section=$3 _function=$4 _result=0 _given
	shift 4
	for _given; do
		# shellcheck disable=SC2163
		local "${_given%%:*}"
	done
	uci_validate_section "$_package" "$_wanted" "$_section" "$@" || _result=$?
	[ -n "$_function" ] || return $_result
	"$_function" "$_section" "$_result"
}
