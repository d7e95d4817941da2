# shellcheck shell=dash disable=SC2015,SC2154,SC3043
# What an interface has put into the kernel is a list of lines, each the words of an `ip` command:
#
#   address 4 192.168.1.5/24 brd + dev eth1 noprefixroute
#   route 4 default via 192.168.1.1 dev eth1 proto static metric 1
#   rule 4 from 192.168.1.5/32 lookup 201 pref 10000
#   dns 192.168.1.1          search lan
#
# A change is the difference between the old list and the new one, so that what stays is never touched.
# A list under way is in LINES.

line() { LINES="$LINES$*$NEWLINE"; }

# only_in FIRST SECOND: R is the lines of SECOND that FIRST does not have.
only_in() {
	local rest="$2" one found=''
	while [ -n "$rest" ]; do
		one="${rest%%"$NEWLINE"*}" rest="${rest#*"$NEWLINE"}"
		case "$NEWLINE$1" in *"$NEWLINE$one$NEWLINE"*) ;; *) found="$found$one$NEWLINE" ;; esac
	done
	R="$found"
}

# backwards LIST: R is its lines, the last one first.
backwards() {
	local rest="$1" one found=''
	while [ -n "$rest" ]; do one="${rest%%"$NEWLINE"*}" rest="${rest#*"$NEWLINE"}" found="$one$NEWLINE$found"; done
	R="$found"
}

# ip_line add|delete LINE…: one line of the list, done or undone.
ip_line() {
	local verb="$1" kind="$2" family="$3" message address
	case "$kind" in address | route | rule) ;; *) return 0 ;; esac
	shift 3
	case "$verb $kind" in
		'add rule') message="$(ip "-$family" rule add "$@" 2>&1)" || case "$message" in *exists*) return 0 ;; *) false ;; esac ;;
		add*) message="$(ip "-$family" "$kind" replace "$@" 2>&1)" ;;
		'delete address')
			address="$1"
			while [ "$1" != dev ]; do shift; done
			ip "-$family" address delete "$address" dev "$2" 2>/dev/null || return 0
			;;
		*) ip "-$family" "$kind" delete "$@" 2>/dev/null || return 0 ;;
	esac || { log "$kind $*: $message"; return 1; }
}

# each_line add|delete LIST
each_line() {
	local rest="$2" one
	set -f
	while [ -n "$rest" ]; do
		one="${rest%%"$NEWLINE"*}" rest="${rest#*"$NEWLINE"}"
		# shellcheck disable=SC2086
		ip_line "$1" $one
	done
	set +f
}

# apply_lines FILE: the kernel goes from FILE's lines to LINES, and FILE holds these. True when they differed.
# FILE holds both lists meanwhile: whoever finds it after a crash knows all that may have to go.
apply_lines() {
	local old come gone
	read_file "$1"
	old="$R"
	[ "$old" != "$LINES" ] || return 1
	only_in "$LINES" "$old"
	gone="$R"
	only_in "$old" "$LINES"
	come="$R"
	write_file "$1" "$old$come"
	backwards "$gone"
	each_line delete "$R"
	# With an address the kernel also drops the routes that hang on it: then everything is said again.
	case "$gone" in
		address* | *"${NEWLINE}address"*) each_line add "$LINES" ;;
		*) each_line add "$come" ;;
	esac
	write_file "$1" "$LINES"
}

# family_table FAMILY: R is the number of the interface's table for it, or empty.
family_table() {
	R=''
	if [ "$1" = 4 ]; then set -- "$C_ip4table"; else set -- "$C_ip6table"; fi
	[ -z "$1" ] || table_number "$1" || log "routing table '$1' is unknown"
	return 0
}

# address_lines ADDRESS/LENGTH DEVICE [BROADCAST]: an address with its subnet's route and its table's rules.
# With a metric or a table of its own, the kernel's automatic route to the subnet is replaced by one of ours.
address_lines() {
	local family address="${1%/*}" length="${1#*/}" device="$2" table own='' broadcast=''
	family_of "$1" || return 1
	family="$R"
	family_table "$family"
	table="$R"
	[ -z "$table$C_metric" ] || own=' noprefixroute'
	[ "$family" = 6 ] || [ "$length" -ge 31 ] || broadcast=" brd ${3:-+}"
	line "address $family $1$broadcast dev $device$own"
	case "$own:$family/$length" in :* | *:4/32 | *:6/128) ;; *)
		if [ "$family" = 4 ]; then
			network_of "$1"
			line "route 4 $R/$length dev $device proto static scope link${C_metric:+ metric $C_metric}${table:+ table $table}"
		else
			line "route 6 $1 dev $device proto static${C_metric:+ metric $C_metric}${table:+ table $table}"
		fi ;;
	esac
	[ -z "$table" ] || table_rules "$family" "$address" "$length" "$table" "$device"
}

# The three rules by which an address finds its own table: netifd's own priorities.
table_rules() {
	if [ "$1" = 4 ]; then line "rule 4 from $2/32 lookup $4 pref 10000"; else line "rule 6 from $2/128 lookup $4 pref 10000"; fi
	line "rule $1 to $2/$3 lookup $4 pref 20000"
	sysfs "$5" ifindex
	line "rule $1 iif lo lookup $4 pref $((90000 + R))"
}

# gateway_lines GATEWAY DEVICE [SOURCE]: the default route, unless the interface may not have one.
gateway_lines() {
	local family
	[ -z "$C_defaultroute" ] || is_true "$C_defaultroute" || return 0
	family_of "$1" || return 1
	family="$R"
	family_table "$family"
	line "route $family default via $1 dev $2 proto static${3:+ src $3}${C_metric:+ metric $C_metric}${R:+ table $R}"
}

# user_route_lines INTERFACE DEVICE: the `config route` sections that name it.
user_route_lines() {
	local interface family target gateway metric table source mtu kind onlink proto words
	while read -r interface family target gateway metric table source mtu kind onlink proto; do
		[ "$interface" = "$1" ] || continue
		if [ "$metric" = - ]; then metric="${C_metric:--}"; fi
		if [ "$table" = - ]; then family_table "$family"; table="${R:--}"; fi
		case "$target $kind" in *' local') ;; '0.0.0.0/0 '* | '::/0 '*) target=default ;; esac
		words=''
		case "$kind" in - | unicast) ;; *) words="$kind " ;; esac
		words="$words$target"
		case "$kind" in
			unreachable | prohibit | blackhole | throw) ;;
			*)
				[ "$gateway" = - ] || words="$words via $gateway"
				words="$words dev $2"
				[ "$source" = - ] || words="$words src $source"
				[ "$mtu" = - ] || words="$words mtu $mtu"
				[ "$onlink" = - ] || words="$words onlink" ;;
		esac
		if [ "$proto" = - ]; then proto=static; fi
		words="$words proto $proto"
		[ "$metric" = - ] || words="$words metric $metric"
		[ "$table" = - ] || words="$words table $table"
		line "route $family $words"
	done <"$NETIFD_RUN/config/routes"
}
