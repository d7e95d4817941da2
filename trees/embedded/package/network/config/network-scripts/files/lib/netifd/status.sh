# shellcheck shell=busybox
# What runs, as JSON. Reads only; takes no lock.

known_protocols() { local path; for path in "$NETIFD_LIB"/proto/*.sh; do path="${path##*/}"; printf '%s ' "${path%.sh}"; done; }

status_awk() {
	awk -f "$NETIFD_LIB/json.awk" -f "$NETIFD_LIB/status.awk" -v run="$NETIFD_RUN" -v now="$(uptime_seconds)" \
		-v protocols="$(known_protocols)" -v dump="$1" -v names="$2" </dev/null
}

interface_status() { status_awk 0 "$1"; }

dump_interfaces() { status_awk 1 "$(interface_names | tr '\n' ' ')"; }

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
	awk -f "$NETIFD_LIB/json.awk" -f "$NETIFD_LIB/device.awk" -v present="$([ -d "$path" ] && echo 1)" -v kind="$kind" -v up="$up" \
		-v carrier="$(sysfs "$1" carrier)" -v mtu="$(sysfs "$1" mtu)" -v macaddr="$(sysfs "$1" address)" \
		-v txqueuelen="$(sysfs "$1" tx_queue_len)" -v speed="$(sysfs "$1" speed)" -v ports="$ports" \
		-v statistics="$statistics" </dev/null
}
