# shellcheck shell=busybox
# What an interface has put into the kernel is a list of lines, each the words of an `ip` command:
#
#   address 4 192.168.1.5/24 brd + dev eth1 noprefixroute
#   route 4 default via 192.168.1.1 dev eth1 proto static metric 1
#   rule 4 from 192.168.1.5/32 lookup 201 pref 10000
#   dns 192.168.1.1          search lan
#
# A change is the difference between the old list and the new one, so that what stays is never touched.

# only_in FIRST SECOND: the lines of SECOND that FIRST does not have.
only_in() {
	awk -v first="$1" 'BEGIN { while ((getline line < first) > 0) had[line] = 1 } !($0 in had)' "$2"
}

# ip_line add|delete LINE…: one line of the list, done or undone.
ip_line() {
	local verb="$1" kind="$2" family="$3" message address
	shift 3
	case "$verb $kind" in
		'add address' | 'add route') message="$(ip "-$family" "$kind" replace "$@" 2>&1)" ;;
		'add rule') message="$(ip "-$family" rule add "$@" 2>&1)" || case "$message" in *exists*) return 0 ;; esac ;;
		'delete address')
			address="$1"
			while [ "$1" != dev ]; do shift; done
			message="$(ip "-$family" address delete "$address" dev "$2" 2>&1)" || return 0
			;;
		'delete route' | 'delete rule') ip "-$family" "$kind" delete "$@" 2>/dev/null; return 0 ;;
		*) return 0 ;;
	esac || { log "$kind $*: $message"; return 1; }
}

# each_line add|delete FILE
each_line() {
	local line
	set -f
	while read -r line; do
		# shellcheck disable=SC2086
		ip_line "$1" $line
	done <"$2"
	set +f
}

# apply_lines OLD NEW: the kernel goes from OLD to NEW, and NEW takes OLD's name. True when they differed.
# OLD holds both lists meanwhile: whoever finds it after a crash knows all that may have to go.
apply_lines() {
	local old="$1" new="$2" work="$1.work"
	[ -e "$old" ] || : >"$old"
	if cmp -s "$old" "$new"; then rm -f "$new"; return 1; fi
	only_in "$new" "$old" >"$work.gone"
	only_in "$old" "$new" >"$work.come"
	cat "$old" "$work.come" | write_file "$old"
	awk '{ line[NR] = $0 } END { for (i = NR; i > 0; i--) print line[i] }' "$work.gone" >"$work.back"
	each_line delete "$work.back"
	# With an address the kernel also drops the routes that hang on it: then everything is said again.
	if grep -q '^address' "$work.gone"; then each_line add "$new"; else each_line add "$work.come"; fi
	mv "$new" "$old"
	rm -f "$work".*
	return 0
}

# address_lines ADDRESS/LENGTH DEVICE [BROADCAST]: an address with its subnet's route and its table's rules.
# With a metric or a table of its own, the kernel's automatic route to the subnet is replaced by one of ours.
address_lines() {
	local family address="${1%/*}" length="${1#*/}" device="$2" table='' plain='' broadcast="${3:-+}" host
	family="$(family_of "$1")" || return 1
	if [ "$family" = 4 ]; then table="$C_ip4table" host=32; else table="$C_ip6table" host=128; fi
	[ -z "$table" ] || table="$(table_number "$table")" || { log "table of $device is unknown"; table=''; }
	[ -z "$table$C_metric" ] || plain=' noprefixroute'
	[ "$family" = 6 ] || [ "$length" -ge 31 ] || plain=" brd $broadcast$plain"
	# `ip` wants the device last but for the flag.
	case "$plain" in
		' brd '*' noprefixroute') echo "address $family $1 brd $broadcast dev $device noprefixroute" ;;
		' brd '*) echo "address $family $1 brd $broadcast dev $device" ;;
		*) echo "address $family $1 dev $device$plain" ;;
	esac
	if [ -n "$table$C_metric" ] && [ "$length" -lt "$host" ]; then
		if [ "$family" = 4 ]; then
			echo "route 4 $(network_of "$1")/$length dev $device proto static scope link$(route_tail "$table")"
		else
			echo "route 6 $1 dev $device proto static$(route_tail "$table")"
		fi
	fi
	[ -z "$table" ] || table_rules "$family" "$address" "$length" "$table" "$device"
}

# The three rules by which an address finds its own table: netifd's own priorities.
table_rules() {
	echo "rule $1 from $2/$([ "$1" = 4 ] && echo 32 || echo 128) lookup $4 pref 10000"
	echo "rule $1 to $2/$3 lookup $4 pref 20000"
	echo "rule $1 iif lo lookup $4 pref $((90000 + $(sysfs "$5" ifindex)))"
}

route_tail() { echo "${C_metric:+ metric $C_metric}${1:+ table $1}"; }

# gateway_lines GATEWAY DEVICE [SOURCE] [onlink]: the default route, unless the interface may not have one.
gateway_lines() {
	local family table=''
	[ -z "$C_defaultroute" ] || is_true "$C_defaultroute" || return 0
	family="$(family_of "$1")" || return 1
	if [ "$family" = 4 ]; then table="$C_ip4table"; else table="$C_ip6table"; fi
	[ -z "$table" ] || table="$(table_number "$table")" || table=''
	echo "route $family default via $1 dev $2 proto static${4:+ onlink}${3:+ src $3}$(route_tail "$table")"
}

# user_route_lines INTERFACE DEVICE: the `config route` sections that name it.
user_route_lines() {
	local interface family target gateway metric table source mtu kind onlink proto
	while read -r interface family target gateway metric table source mtu kind onlink proto; do
		[ "$interface" = "$1" ] || continue
		[ "$metric" != - ] || metric="${C_metric:--}"
		if [ "$table" = - ]; then
			if [ "$family" = 4 ]; then table="$C_ip4table"; else table="$C_ip6table"; fi
			table="$(table_number "$table")" || table=-
		fi
		case "$target" in 0.0.0.0/0 | ::/0) [ "$kind" = local ] || target=default ;; esac
		case "$kind" in
			- | unicast) kind='' ;;
			unreachable | prohibit | blackhole | throw) echo "route $family $kind $target$(
				value_of metric "$metric" table "$table")"; continue ;;
			*) kind="$kind " ;;
		esac
		[ "$proto" != - ] || proto=static
		echo "route $family $kind$target$(value_of via "$gateway") dev $2 proto $proto$(
			value_of src "$source" metric "$metric" table "$table" mtu "$mtu")$([ "$onlink" = - ] || echo ' onlink')"
	done <"$NETIFD_RUN/config/routes"
}

# value_of WORD VALUE…: " WORD VALUE" for every value that is none of "-".
value_of() {
	while [ $# -gt 1 ]; do
		[ "$2" = - ] || printf ' %s %s' "$1" "$2"
		shift 2
	done
}
