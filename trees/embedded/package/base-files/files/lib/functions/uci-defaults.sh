# shellcheck shell=dash disable=SC3043
# What the scripts of /etc/board.d call to say what this machine is. They are
# run once, by /bin/board_detect; /bin/config_generate makes the first
# configuration out of it. A later word about the same thing replaces the
# earlier one.
#
# The facts are kept one a line, "SECTION NAME KEY VALUE", in $BOARD_FACTS.

BOARD_FACTS=${BOARD_FACTS:-/tmp/board.facts}

_board_set() {
	local section=$1 name=$2 key=$3
	shift 3
	touch "$BOARD_FACTS"
	awk -v "prefix=$section $name $key " 'index($0 " ", prefix) != 1' "$BOARD_FACTS" > "$BOARD_FACTS.new"
	echo "$section $name $key $*" >> "$BOARD_FACTS.new"
	mv -f "$BOARD_FACTS.new" "$BOARD_FACTS"
}

_board_forget() {
	touch "$BOARD_FACTS"
	awk -v "prefix=$1 $2 " 'index($0, prefix) != 1' "$BOARD_FACTS" > "$BOARD_FACTS.new"
	mv -f "$BOARD_FACTS.new" "$BOARD_FACTS"
}

board_config_update() { return 0; }
board_config_flush() { return 0; }

ucidef_set_board_id() { _board_set model id value "$*"; }
ucidef_set_model_name() { _board_set model name value "$*"; }
ucidef_set_hostname() { _board_set system hostname value "$*"; }
ucidef_set_timezone() { _board_set system timezone value "$*"; }
ucidef_set_ntpserver() { _board_set system ntpserver value "$*"; }
ucidef_set_network_device_mac() { _board_set network-device "$1" macaddr "$2"; }
ucidef_set_compat_version() { _board_set system compat_version value "$1"; }

# ucidef_set_interface NAME [KEY VALUE]...: keys are device (one port), ports
# (several, bridged), protocol, ipaddr, netmask, metric, macaddr.
ucidef_set_interface() {
	local name=$1
	shift
	while [ $# -ge 2 ]; do
		[ "$1" = device ] && _board_forget_key "$name" ports
		[ "$1" = ports ] && _board_forget_key "$name" device
		[ -n "$2" ] && _board_set network "$name" "$1" "$2"
		shift 2
	done
}

_board_forget_key() {
	touch "$BOARD_FACTS"
	awk -v "prefix=network $1 $2 " 'index($0, prefix) != 1' "$BOARD_FACTS" > "$BOARD_FACTS.new"
	mv -f "$BOARD_FACTS.new" "$BOARD_FACTS"
}

ucidef_remove_interface() { _board_forget network "$1"; }

# ucidef_set_interface_lan "PORTS" [PROTOCOL [KEY VALUE]...]
ucidef_set_interface_lan() {
	local ports=$1 protocol=${2:-static}
	shift
	[ $# -gt 0 ] && shift
	ucidef_set_interface lan ports "$ports" protocol "$protocol" "$@"
}

# ucidef_set_interface_wan "PORT" [PROTOCOL [KEY VALUE]...]
ucidef_set_interface_wan() {
	local port=$1 protocol=${2:-dhcp}
	shift
	[ $# -gt 0 ] && shift
	ucidef_set_interface wan device "$port" protocol "$protocol" "$@"
}

ucidef_set_interfaces_lan_wan() {
	ucidef_set_interface_lan "$1"
	ucidef_set_interface_wan "$2"
}
