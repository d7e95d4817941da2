# shellcheck shell=dash disable=SC2119,SC2120,SC3043
# JSON for shell scripts: the functions of OpenWrt's jshn.sh, in shell and awk.
#
# A document is kept in variables. For node N (1 is the root) and member M:
#   K_N the members' names · U_N object or array · T_N_M the type ·
#   V_N_M the value, or the number of the node · N_N_M the name as written
# Names are kept with everything but letters, digits and _ turned into _.

JSON_PREFIX=${JSON_PREFIX-}
_json_last=1

_json_mangle() {
	case $2 in
	*[!A-Za-z0-9_]*) eval "$1=\$(printf '%s' \"\$2\" | sed 's/[^A-Za-z0-9_]/_/g')" ;;
	*) eval "$1=\$2" ;;
	esac
}

# The node that names are looked up in.
_json_here() {
	eval "$1=\${${JSON_PREFIX}JSON_CUR:-1}"
}

# _json_put TYPE NAME VALUE: a member of the current node; in a list the name
# does not count.
_json_put() {
	local node kind name mangled names number
	_json_here node
	eval "kind=\$${JSON_PREFIX}U_$node names=\$${JSON_PREFIX}K_$node"
	if [ "$kind" = array ]; then
		number=1
		for name in $names; do number=$((number + 1)); done
		name=$number mangled=$number
	else
		name=$2
		_json_mangle mangled "$name"
	fi
	case " $names " in
	*" $mangled "*) ;;
	*) eval "${JSON_PREFIX}K_$node=\"\${names:+\$names }\$mangled\"" ;;
	esac
	eval "${JSON_PREFIX}T_${node}_$mangled=\$1 ${JSON_PREFIX}V_${node}_$mangled=\$3 ${JSON_PREFIX}N_${node}_$mangled=\$name"
}

json_init() {
	json_cleanup
	eval "${JSON_PREFIX}K_1='' ${JSON_PREFIX}U_1=object ${JSON_PREFIX}JSON_CUR=1 ${JSON_PREFIX}JSON_UP="
	_json_last=1
}

# Forgets the document.
json_cleanup() {
	local name
	for name in $(set | sed -n "s/^\(${JSON_PREFIX}[KUTVN]_[0-9][A-Za-z0-9_]*\)=.*/\1/p"); do
		unset "$name"
	done
	unset "${JSON_PREFIX}JSON_CUR" "${JSON_PREFIX}JSON_UP"
}

json_load() {
	local text
	text=$(printf '%s' "$1" | awk -v "prefix=$JSON_PREFIX" -v first=1 \
		-f /usr/lib/json/parse.awk -f /usr/lib/json/shell.awk) || {
		[ "$2" = -q ] || echo "Failed to parse message data" >&2
		return 1
	}
	json_init
	eval "$text"
}

json_load_file() {
	[ -r "$1" ] && json_load "$(cat "$1")"
}

# json_dump: the whole document on one line; -i for one with indentation.
json_dump() {
	local pretty=''
	[ "$1" = -i ] && pretty=1
	_json_print 1 | if [ -n "$pretty" ]; then
		awk -f /usr/lib/json/parse.awk -f /usr/lib/json/pretty.awk
	else
		awk '{ printf "%s", $0 } END { print "" }'
	fi
}

_json_print() {
	local node=$1 kind names name type text first=1
	eval "kind=\$${JSON_PREFIX}U_$node names=\$${JSON_PREFIX}K_$node"
	if [ "$kind" = array ]; then printf '['; else printf '{'; fi
	for name in $names; do
		[ "$first" = 1 ] && printf ' ' || printf ', '
		first=0
		if [ "$kind" != array ]; then
			eval "text=\$${JSON_PREFIX}N_${node}_$name"
			_json_quote "$text"
			printf ': '
		fi
		eval "type=\$${JSON_PREFIX}T_${node}_$name text=\$${JSON_PREFIX}V_${node}_$name"
		case $type in
		object | array) _json_print "$text" ;;
		string) _json_quote "$text" ;;
		boolean) if [ "$text" = 1 ] || [ "$text" = true ]; then printf true; else printf false; fi ;;
		null) printf null ;;
		*) printf '%s' "${text:-0}" ;;
		esac
	done
	[ "$first" = 1 ] || printf ' '
	if [ "$kind" = array ]; then printf ']'; else printf '}'; fi
}

_json_quote() {
	case $1 in
	*[!A-Za-z0-9_\ .:/,=+@%-]*) JSON_TEXT=$1 awk -f /usr/lib/json/parse.awk -f /usr/lib/json/quote.awk </dev/null ;;
	*) printf '"%s"' "$1" ;;
	esac
}

json_add_string() { _json_put string "$1" "$2"; }
json_add_int() { _json_put int "$1" "$2"; }
json_add_double() { _json_put double "$1" "$2"; }
json_add_boolean() { _json_put boolean "$1" "$2"; }
json_add_null() { _json_put null "$1" ''; }

_json_open() {
	local node
	_json_last=$((_json_last + 1))
	_json_put "$1" "$2" "$_json_last"
	_json_here node
	eval "${JSON_PREFIX}U_$_json_last=\$1 ${JSON_PREFIX}K_$_json_last='' ${JSON_PREFIX}JSON_UP=\"\$node \$${JSON_PREFIX}JSON_UP\" ${JSON_PREFIX}JSON_CUR=$_json_last"
}

_json_close() {
	eval "set -- \$${JSON_PREFIX}JSON_UP"
	eval "${JSON_PREFIX}JSON_CUR=${1:-1}"
	[ $# -gt 0 ] && shift
	eval "${JSON_PREFIX}JSON_UP=\"\$*\""
}

json_add_object() { _json_open object "$1"; }
json_close_object() { _json_close; }
json_add_table() { _json_open object "$1"; }
json_close_table() { _json_close; }
json_add_array() { _json_open array "$1"; }
json_close_array() { _json_close; }

# json_add_fields NAME[:TYPE]=VALUE...
json_add_fields() {
	local pair name type
	for pair; do
		name=${pair%%=*}
		type=string
		case $name in
		*:*) type=${name#*:} name=${name%%:*} ;;
		esac
		_json_put "$type" "$name" "${pair#*=}"
	done
}

# json_get_type VARIABLE NAME
json_get_type() {
	local _node _name
	_json_here _node
	_json_mangle _name "$2"
	eval "$1=\$${JSON_PREFIX}T_${_node}_$_name; [ -n \"\$$1\" ]"
}

# json_get_var VARIABLE NAME [DEFAULT]
json_get_var() {
	local _node _name _type
	_json_here _node
	_json_mangle _name "$2"
	eval "_type=\$${JSON_PREFIX}T_${_node}_$_name"
	if [ -z "$_type" ] || [ "$_type" = null ]; then
		eval "$1=\$3"
		[ $# -ge 3 ]
		return
	fi
	eval "$1=\$${JSON_PREFIX}V_${_node}_$_name"
}

# json_get_vars NAME[:DEFAULT]...
json_get_vars() {
	local _each _var
	for _each; do
		_json_mangle _var "${_each%%:*}"
		case $_each in
		*:*) json_get_var "$_var" "${_each%%:*}" "${_each#*:}" ;;
		*) json_get_var "$_var" "$_each" ;;
		esac
	done
}

# json_get_keys VARIABLE [NAME]: of the current node, or of that member.
json_get_keys() {
	local _node
	_json_member _node "$2" || {
		eval "$1="
		return 1
	}
	eval "$1=\$${JSON_PREFIX}K_$_node"
}

_json_member() {
	local _here _name _type
	_json_here _here
	[ -n "$2" ] || {
		eval "$1=\$_here"
		return 0
	}
	_json_mangle _name "$2"
	eval "_type=\$${JSON_PREFIX}T_${_here}_$_name"
	case $_type in
	object | array) eval "$1=\$${JSON_PREFIX}V_${_here}_$_name" ;;
	*) return 1 ;;
	esac
}

# json_get_values VARIABLE [NAME]: the values of a list, with spaces between.
json_get_values() {
	local _list _key _text _out=''
	eval "$1="
	_json_member _list "$2" || return 1
	eval "set -- \"\$1\" \$${JSON_PREFIX}K_$_list"
	_key=$1
	shift
	for _text; do
		eval "_out=\"\${_out:+\$_out }\$${JSON_PREFIX}V_${_list}_$_text\""
	done
	eval "$_key=\$_out"
}

json_get_index() {
	local _node
	_json_here _node
	eval "$1=\$_node"
}

# json_is_a NAME TYPE
json_is_a() {
	local type
	json_get_type type "$1" && [ "$type" = "$2" ]
}

# json_select NAME: goes into a member; ".." goes back, nothing to the root.
json_select() {
	local target node
	if [ -z "$1" ]; then
		eval "${JSON_PREFIX}JSON_CUR=1 ${JSON_PREFIX}JSON_UP="
		return 0
	fi
	if [ "$1" = .. ]; then
		_json_close
		return 0
	fi
	_json_member target "$1" || {
		echo "WARNING: Variable '$1' does not exist or is not an array/object" >&2
		return 1
	}
	_json_here node
	# shellcheck disable=SC2154
	eval "${JSON_PREFIX}JSON_UP=\"\$node \$${JSON_PREFIX}JSON_UP\" ${JSON_PREFIX}JSON_CUR=\$target"
}

# json_for_each_item FUNCTION NAME [ARGUMENT...]: FUNCTION VALUE KEY ARGUMENT...
json_for_each_item() {
	local _function=$1 _member=$2 _keys _key _value _kind
	[ $# -ge 2 ] || return 0
	shift 2
	json_get_type _kind "$_member" || return 0
	case $_kind in
	object | array)
		json_select "$_member"
		json_get_keys _keys
		for _key in $_keys; do
			json_get_var _value "$_key"
			"$_function" "$_value" "$_key" "$@"
		done
		json_select ..
		;;
	*)
		json_get_var _value "$_member"
		"$_function" "$_value" "$_member" "$@"
		;;
	esac
}

# json_set_namespace PREFIX [VARIABLE]: another document at the same time; the
# prefix until now goes into VARIABLE.
json_set_namespace() {
	[ -z "$2" ] || eval "$2=\$JSON_PREFIX"
	JSON_PREFIX=$1
}
