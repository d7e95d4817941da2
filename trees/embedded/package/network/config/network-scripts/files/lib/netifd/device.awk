# One device, as devstatus prints it.
BEGIN {
	json_open("", "{")
	json_bool("external", 0)
	json_bool("present", present)
	json_string("type", kind)
	if (present) {
		json_bool("up", up)
		json_bool("carrier", carrier)
		if (speed > 0) json_string("speed", speed "F")
		if (ports != "") {
			json_open("bridge-members", "[")
			count = split(ports, list, " ")
			for (i = 1; i <= count; i++) json_string("", list[i])
			json_close("]")
		}
		json_number("mtu", mtu)
		json_string("macaddr", address)
		json_number("txqueuelen", tx_queue_len)
		json_open("statistics", "{")
		count = split(statistics, list, " ")
		for (i = 1; i <= count; i++) { split(list[i], pair, "="); json_number(pair[1], pair[2]) }
		json_close("}")
	}
	json_close("}")
}
