# shellcheck shell=dash disable=SC2015,SC2154,SC3043
# /etc/config/dhcp → dnsmasq's own configuration, on standard output. What is wrong is left out, and told.

NETIFD_RUN="${NETIFD_RUN:-/var/run/netifd}"

complain() { logger -t dnsmasq -p daemon.warn "$*" 2>/dev/null; echo "dnsmasq: $*" >&2; }

# A value that dnsmasq reads as one line, and nothing that begins another option.
is_plain() { case "$1" in '' | *[!A-Za-z0-9_.:/,@+*%=\ -]* | -*) return 1 ;; esac; [ "${#1}" -le 255 ]; }
is_host() { case "$1" in '' | *[!A-Za-z0-9_.-]* | -* | .*) return 1 ;; esac; [ "${#1}" -le 253 ]; }
is_lease() { case "$1" in infinite) return 0 ;; *[smhdw]) is_number "${1%?}" ;; *) is_number "$1" ;; esac; }

# flag OPTION KEYWORD [DEFAULT]: a line when the option is true.
flag() {
	local value
	config_get_bool value "$SECTION" "$1" "${3:-0}"
	[ "$value" = 0 ] || echo "$2"
}

# setting OPTION KEYWORD [DEFAULT]: KEYWORD=VALUE.
setting() {
	local value
	config_get value "$SECTION" "$1" "$3"
	[ -n "$value" ] || return 0
	if is_plain "$value"; then echo "$2=$value"; else complain "option $1: '$value' ignored"; fi
}

add_value() { if is_plain "$1"; then echo "$2=$1"; else complain "$2: '$1' ignored"; fi; }
settings() { config_list_foreach "$SECTION" "$1" add_value "$2"; }

dnsmasq_section() {
	local value
	SECTION="$1"
	flag domainneeded domain-needed 1
	flag boguspriv bogus-priv 1
	flag localise_queries localise-queries
	flag expandhosts expand-hosts
	flag authoritative dhcp-authoritative
	flag readethers read-ethers
	flag sequential_ip dhcp-sequential-ip
	flag quietdhcp quiet-dhcp
	flag logqueries log-queries
	flag strictorder strict-order
	flag allservers all-servers
	flag filterwin2k filterwin2k
	flag filter_aaaa filter-AAAA
	flag filter_a filter-A
	flag nonegcache no-negcache
	flag noresolv no-resolv
	config_get_bool value "$1" rebind_protection 1
	[ "$value" = 0 ] || {
		echo stop-dns-rebind
		flag rebind_localhost rebind-localhost-ok
		settings rebind_domain rebind-domain-ok
	}
	config_get_bool value "$1" localservice 1
	[ "$value" = 0 ] || echo local-service
	setting local local
	setting domain domain
	setting cachesize cache-size
	setting ednspacket_max edns-packet-max
	setting dnsforwardmax dns-forward-max
	setting dhcpleasemax dhcp-lease-max
	setting port port
	setting leasefile dhcp-leasefile /tmp/dhcp.leases
	setting resolvfile resolv-file /tmp/resolv.conf.d/resolv.conf.auto
	settings server server
	settings address address
	settings interface interface
	settings notinterface except-interface
	settings bogusnxdomain bogus-nxdomain
	settings addnhosts addn-hosts
}

# pool_of SUBNET START LIMIT: R is the first and the last address of a pool; START counts from the network's own.
pool_of() {
	local network first last size=$((1 << (32 - ${1#*/})))
	network_of "$1"
	number_of "$R"
	network="$R" first=$2 last=$(($2 + $3 - 1))
	[ "$last" -lt $((size - 1)) ] || last=$((size - 2))
	[ "$first" -ge 1 ] && [ "$first" -le "$last" ] || return 1
	dotted $((network + first))
	first="$R"
	dotted $((network + last))
	R="$first,$R"
}

# first_address INTERFACE: R is its first IPv4 address with its length; empty while it has none.
first_address() {
	local kind family address
	R=''
	[ -r "$NETIFD_RUN/interface/$1/lines" ] || return 0
	while read -r kind family address _; do
		if [ "$kind $family" = 'address 4' ]; then R="$address"; return; fi
	done <"$NETIFD_RUN/interface/$1/lines"
}

dhcp_section() {
	local name device subnet start limit lease value force
	SECTION="$1"
	config_get name "$1" interface
	is_section "$name" || { complain "dhcp section '$1' names no interface"; return; }
	value_in "$NETIFD_RUN/interface/$name/state" device
	[ -n "$R" ] || value_in "$NETIFD_RUN/config/interface/$name" device
	device="$R"
	is_device "$device" || return 0
	config_get_bool value "$1" ignore 0
	config_get force "$1" dhcpv4 server
	if [ "$value" = 1 ] || [ "$force" = disabled ]; then echo "no-dhcp-interface=$device"; return; fi
	# One pool for the interface's first address: with none yet, the pool comes with its ifup.
	first_address "$name"
	subnet="$R"
	[ -n "$subnet" ] || return 0
	config_get start "$1" start 100
	config_get limit "$1" limit 150
	config_get lease "$1" leasetime 12h
	is_between "$start" 1 16777214 && is_between "$limit" 1 16777214 || { complain "dhcp section '$1': bad start or limit"; return; }
	is_lease "$lease" || { complain "dhcp section '$1': bad leasetime '$lease'"; lease=12h; }
	pool_of "$subnet" "$start" "$limit" || { complain "dhcp section '$1': no such pool in $subnet"; return; }
	value="$R"
	mask_of "${subnet#*/}"
	dotted "$R"
	echo "dhcp-range=set:$name,$value,$R,$lease"
	config_list_foreach "$1" dhcp_option add_dhcp_option "$name"
}

add_dhcp_option() { if is_plain "$1"; then echo "dhcp-option=tag:$2,$1"; else complain "dhcp_option: '$1' ignored"; fi; }

# host: dhcp-host=MAC…,ADDRESS,NAME,LEASE
host_section() {
	local mac address name lease line='' value
	config_get mac "$1" mac
	config_get address "$1" ip
	config_get name "$1" name
	config_get lease "$1" leasetime
	for value in $mac; do
		is_mac "$value" || { complain "host '$1': '$value' is not a hardware address"; return; }
		line="$line,$value"
	done
	case "$address" in
		'') ;;
		ignore) line="$line,ignore" ;;
		*) is_ipv4 "$address" || { complain "host '$1': '$address' is not an address"; return; }; line="$line,$address" ;;
	esac
	[ -z "$name" ] || { is_host "$name" && line="$line,$name"; } || complain "host '$1': name '$name' ignored"
	[ -z "$lease" ] || { is_lease "$lease" && line="$line,$lease"; }
	[ -z "$mac" ] || echo "dhcp-host=${line#,}"
	config_get_bool value "$1" dns 0
	[ "$value" = 0 ] || ! is_host "$name" || ! is_ipv4 "$address" || echo "host-record=$name,$address"
}

domain_section() {
	local name address
	config_get name "$1" name
	config_get address "$1" ip
	if is_host "$name" && family_of "$address"; then echo "host-record=$name,$address"; else complain "domain '$1' ignored"; fi
}

print_config() {
	echo "# made of /etc/config/dhcp"
	echo "conf-dir=/etc/dnsmasq.d,*.conf"
	echo "user=root"
	echo "bind-dynamic"
	echo "dhcp-broadcast=tag:needs-broadcast"
	config_foreach dnsmasq_section dnsmasq
	config_foreach dhcp_section dhcp
	config_foreach host_section host
	config_foreach domain_section domain
}
