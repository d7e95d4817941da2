# shellcheck shell=dash disable=SC2015,SC2154,SC3043
# The whole of it: /etc/config/firewall and the interfaces that are → one nft table, in one transaction.

NETIFD_RUN="${NETIFD_RUN:-/var/run/netifd}"
FW_STATE="${FW_STATE:-/var/run/fw4.state}"

# build_ruleset: fills FW_WORK. FW_FAULTS counts the sections that are wrong; those are left out.
build_ruleset() {
	local zone
	FW_FAULTS=0 FW_input=drop FW_output=drop FW_forward=drop FW_syn_limit='limit rate 25/second burst 50 packets' FW_NAME='' FW_PLACE=''
	: >"$FW_WORK/zones"
	: >"$FW_WORK/sets"
	: >"$FW_WORK/scripts"
	: >"$FW_WORK/includes"
	: >"$FW_WORK/before"
	: >"$FW_WORK/after"
	config_load firewall || { echo "firewall: /etc/config/firewall cannot be read" >&2; FW_FAULTS=1; return 1; }
	config_foreach add_defaults defaults
	config_foreach add_zone zone
	base_chains
	# Wider rules first: what names no zone stands before the jumps into the zones.
	FW_PASS=any
	config_foreach add_ipset ipset
	config_foreach add_any_rule rule
	while read -r zone; do zone_chains "$zone"; done <"$FW_WORK/zones"
	unset FW_COUNT_rule
	FW_PASS=zones
	config_foreach add_zone_rule rule
	config_foreach add_forwarding forwarding
	config_foreach add_redirect redirect
	config_foreach add_nat nat
	while read -r zone; do zone_tails "$zone"; done <"$FW_WORK/zones"
	for zone in input output forward; do
		eval "[ \"\$FW_$zone\" != reject ]" || put "$zone" "jump handle_reject"
	done
	config_foreach add_include include
	return 0
}

# A rule is added in one of two passes, by whether it stands in a chain of everybody's.
names_zone() {
	local source target
	config_get source "$1" src
	config_get target "$1" dest
	case "$source $target" in ' ' | '* ' | ' *' | '* '*) return 1 ;; esac
}
add_any_rule() { if names_zone "$1"; then begin_section "$1" rule; else add_rule "$1"; fi; }
add_zone_rule() { if names_zone "$1"; then add_rule "$1"; else begin_section "$1" rule; fi; }

base_chains() {
	local chain states='established : accept, related : accept'
	for chain in input forward output prerouting handle_reject syn_flood dstnat srcnat raw_prerouting raw_output \
		mangle_prerouting mangle_postrouting mangle_input mangle_output mangle_forward; do
		: >>"$FW_WORK/chain.$chain"
	done
	[ -z "$FW_drop_invalid" ] || states="$states, invalid : drop"
	put input 'iifname "lo" accept comment "Accept traffic from loopback"'
	put output 'oifname "lo" accept comment "Accept traffic towards loopback"'
	for chain in input forward output; do put "$chain" "ct state vmap { $states }"; done
	[ -z "$FW_syn_flood$FW_synflood_protect" ] || {
		put input 'tcp flags & (fin | syn | rst | ack) == syn jump syn_flood comment "Rate limit TCP syn packets"'
		put syn_flood "$FW_syn_limit return"
		put syn_flood drop
	}
	put handle_reject 'meta l4proto 6 reject with tcp reset'
	put handle_reject 'reject with icmpx type port-unreachable'
}

# chain_hook CHAIN: R is the line that hangs a chain into the kernel, for those that are.
chain_hook() {
	local policy
	case "$1" in
		input | forward | output)
			eval "policy=\$FW_$1"
			[ "$policy" = accept ] || policy=drop
			R="type filter hook $1 priority filter; policy $policy;" ;;
		prerouting) R="type filter hook prerouting priority filter; policy accept;" ;;
		dstnat) R="type nat hook prerouting priority dstnat; policy accept;" ;;
		srcnat) R="type nat hook postrouting priority srcnat; policy accept;" ;;
		raw_prerouting) R="type filter hook prerouting priority raw; policy accept;" ;;
		raw_output) R="type filter hook output priority raw; policy accept;" ;;
		mangle_output) R="type route hook output priority mangle; policy accept;" ;;
		mangle_prerouting | mangle_postrouting | mangle_input | mangle_forward)
			R="type filter hook ${1#mangle_} priority mangle; policy accept;" ;;
		*) R='' ;;
	esac
}

print_file() { read_file "$1" && printf %s "$R"; }

# print_ruleset: the old table goes and the new one comes in the same transaction.
print_ruleset() {
	local path chain line
	print_file "$FW_WORK/before"
	printf 'table inet fw4\ndelete table inet fw4\n\ntable inet fw4 {\n'
	print_file "$FW_WORK/sets"
	for path in "$FW_WORK"/chain.*; do
		chain="${path##*/chain.}"
		chain_hook "$chain"
		printf '\tchain %s {\n' "$chain"
		[ -z "$R" ] || printf '\t\t%s\n' "$R"
		while IFS= read -r line; do printf '\t\t%s\n' "$line"; done <"$path"
		printf '\t}\n'
	done
	print_file "$FW_WORK/includes"
	for path in "${FW_INCLUDES:-/etc/nftables.d}"/*.nft; do [ ! -e "$path" ] || printf '\tinclude "%s"\n' "$path"; done
	printf '}\n'
	print_file "$FW_WORK/after"
}

# print_fallback: when nothing can be read at boot: the LAN may come in to repair it, nothing passes through.
print_fallback() {
	cat <<-END
		table inet fw4
		delete table inet fw4
		table inet fw4 {
			chain input {
				type filter hook input priority filter; policy drop;
				iifname "lo" accept
				ct state vmap { established : accept, related : accept }
				iifname "br-lan" accept
				meta l4proto { 1, 58 } accept
				udp dport 68 accept
			}
			chain forward {
				type filter hook forward priority filter; policy drop;
			}
		}
	END
}
