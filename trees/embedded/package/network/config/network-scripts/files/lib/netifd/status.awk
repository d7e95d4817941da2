# ifstatus and `network.interface dump`, out of the files of state.sh.
#   run: /var/run/netifd   names: the interfaces   now: seconds since boot   dump: 1 for all in one object

function read_pairs(file, into,    line, cut) {
	delete_all(into)
	while ((getline line < file) > 0) {
		cut = index(line, " ")
		if (cut) into[substr(line, 1, cut - 1)] = substr(line, cut + 1)
	}
	close(file)
}

function delete_all(array,    key) { for (key in array) delete array[key] }

function read_lines(file,    line) {
	line_count = 0
	while ((getline line < file) > 0) text[++line_count] = line
	close(file)
}

function truth(value) { return value ~ /^(1|on|true|yes|enabled)$/ }

# after(WORD): what follows it in the words of the present line.
function after(word,    i) {
	for (i = 1; i < word_count; i++) if (words[i] == word) return words[i + 1]
	return ""
}

function addresses(family,    i, part) {
	json_open("ipv" family "-address", "[")
	for (i = 1; i <= line_count; i++) {
		if (index(text[i], "address " family " ") != 1) continue
		split(text[i], words, " ")
		split(words[3], part, "/")
		json_open("", "{")
		json_string("address", part[1])
		json_number("mask", part[2])
		json_close("}")
	}
	json_close("]")
}

# The route to an address's own subnet goes with the address, and is not told.
function is_subnet_route() { return after("scope") == "link" && after("src") == "" }

function routes(    i, at, part, any) {
	json_open("route", "[")
	for (i = 1; i <= line_count; i++) {
		if (text[i] !~ /^route /) continue
		word_count = split(text[i], words, " ")
		if (is_subnet_route()) continue
		at = words[3] ~ /^(local|broadcast|multicast|anycast|unreachable|prohibit|blackhole|throw)$/ ? 4 : 3
		any = words[2] == 4 ? "0.0.0.0" : "::"
		split(words[at] == "default" ? any "/0" : words[at], part, "/")
		json_open("", "{")
		if (at == 4) json_string("type", words[3])
		json_string("target", part[1])
		json_number("mask", part[2] != "" ? part[2] : words[2] == 4 ? 32 : 128)
		json_string("nexthop", after("via") != "" ? after("via") : any)
		if (after("mtu") != "") json_number("mtu", after("mtu"))
		if (after("metric") != "") json_number("metric", after("metric"))
		if (after("table") != "") json_number("table", after("table"))
		json_string("source", after("src") != "" ? after("src") "/" (words[2] == 4 ? 32 : 128) : any "/0")
		json_close("}")
	}
	json_close("]")
}

function values_of(key, word,    i) {
	json_open(key, "[")
	for (i = 1; i <= line_count; i++) if (index(text[i], word " ") == 1) json_string("", substr(text[i], length(word) + 2))
	json_close("]")
}

function empty(key) { json_open(key, "["); json_close("]") }

function data() {
	json_open("data", "{")
	if (lease["leasetime"] ~ /^[0-9]+$/) json_number("leasetime", lease["leasetime"])
	if (lease["hostname"] != "") json_string("hostname", lease["hostname"])
	if (lease["ntpserver"] != "") json_string("ntpserver", lease["ntpserver"])
	if (lease["timezone"] != "") json_string("timezone", lease["timezone"])
	if (lease["dhcpserver"] != "") json_string("dhcpserver", lease["dhcpserver"])
	json_close("}")
}

function errors(file,    line, part, i, rest) {
	if ((getline line < file) <= 0) return
	json_open("errors", "[")
	do {
		i = split(line, part, " ")
		json_open("", "{")
		json_string("subsystem", part[1])
		json_string("code", part[2])
		if (i > 2) {
			rest = substr(line, length(part[1] part[2]) + 3)
			json_open("data", "[")
			json_string("", rest)
			json_close("]")
		}
		json_close("}")
	} while ((getline line < file) > 0)
	close(file)
	json_close("]")
}

function interface(name,    directory, up) {
	directory = run "/interface/" name
	read_pairs(run "/config/interface/" name, config)
	read_pairs(directory "/state", state)
	read_pairs(directory "/lease", lease)
	read_lines(directory "/lines")
	up = state["state"] == "up"
	json_open("", "{")
	if (dump) json_string("interface", name)
	json_bool("up", up)
	json_bool("pending", state["state"] == "setup")
	json_bool("available", state["present"] == 1)
	json_bool("autostart", state["autostart"] != "0")
	json_bool("dynamic", 0)
	if (up) {
		json_number("uptime", now - state["since"])
		if (state["device"] != "") json_string("l3_device", state["device"])
	}
	json_string("proto", known[config["proto"]] ? config["proto"] : "none")
	if (state["device"] != "") json_string("device", state["device"])
	else if (config["device"] != "" && config["device"] !~ /^@/ && state["present"] == 1) json_string("device", config["device"])
	if (up) {
		if (config["ip4table"] != "" && after_table("4") != "") json_number("ip4table", after_table("4"))
		if (config["ip6table"] != "" && after_table("6") != "") json_number("ip6table", after_table("6"))
		json_number("metric", config["metric"] ~ /^[0-9]+$/ ? config["metric"] : 0)
		json_number("dns_metric", config["dns_metric"] ~ /^[0-9]+$/ ? config["dns_metric"] : 0)
		json_bool("delegation", 1)
		addresses(4)
		addresses(6)
		empty("ipv6-prefix")
		empty("ipv6-prefix-assignment")
		routes()
		values_of("dns-server", "dns")
		values_of("dns-search", "search")
		empty("neighbors")
		json_open("inactive", "{")
		empty("ipv4-address"); empty("ipv6-address"); empty("route"); empty("dns-server"); empty("dns-search"); empty("neighbors")
		json_close("}")
	}
	data()
	errors(directory "/errors")
	json_close("}")
}

# The table of the rules that belong to this interface's addresses.
function after_table(family,    i) {
	for (i = 1; i <= line_count; i++) {
		if (index(text[i], "rule " family " from ") != 1) continue
		word_count = split(text[i], words, " ")
		return after("lookup")
	}
	return ""
}

BEGIN {
	split(protocols, list, " ")
	for (i in list) known[list[i]] = 1
	count = split(names, list, " ")
	if (dump) { json_open("", "{"); json_open("interface", "[") }
	for (n = 1; n <= count; n++) interface(list[n])
	if (dump) { json_close("]"); json_close("}") }
}
