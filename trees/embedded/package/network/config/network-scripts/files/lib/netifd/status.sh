# shellcheck shell=dash disable=SC2015,SC3043
# What runs, as JSON. Reads only; takes no lock.

known_protocols() { local path; for path in "$NETIFD_LIB"/proto/*.sh; do path="${path##*/}"; printf '%s ' "${path%.sh}"; done; }

status_awk() {
	uptime_seconds
	awk -f "$NETIFD_LIB/json.awk" -f "$NETIFD_LIB/status.awk" -v run="$NETIFD_RUN" -v now="$R" \
		-v protocols="$(known_protocols)" -v dump="$1" -v names="$2" </dev/null
}

interface_status() { status_awk 0 "$1"; }

dump_interfaces() { interface_names; status_awk 1 "$R"; }

# device_status NAME: as devstatus prints it.
device_status() {
	local statistics='' file path="/sys/class/net/$1" kind='Network device' up=0 flags ports=''
	if [ -d "$path" ]; then
		flags="$(cat "$path/flags")"
		up=$((flags & 1))
		[ ! -d "$path/bridge" ] || kind=bridge
		for file in "$path"/statistics/*; do statistics="$statistics ${file##*/}=$(cat "$file")"; done
		for file in "$path"/brif/*; do [ ! -e "$file" ] || ports="$ports ${file##*/}"; done
	fi
	set -- "$1" -v kind="$kind" -v up="$up" -v ports="$ports" -v statistics="$statistics"
	for file in carrier mtu address tx_queue_len speed; do
		sysfs "$1" "$file"
		set -- "$@" -v "$file=$R"
	done
	[ ! -d "$path" ] || set -- "$@" -v present=1
	shift
	awk -f "$NETIFD_LIB/json.awk" -f "$NETIFD_LIB/device.awk" "$@" </dev/null
}
