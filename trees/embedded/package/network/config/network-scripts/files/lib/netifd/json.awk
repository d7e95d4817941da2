# A JSON writer: begin, put what you have, end. Indented by tabs, as blobmsg prints it.

function json_text(text,    out, i, c) {
	out = ""
	for (i = 1; i <= length(text); i++) {
		c = substr(text, i, 1)
		if (c == "\"" || c == "\\") out = out "\\" c
		else if (c == "\t") out = out "\\t"
		else if (c == "\n") out = out "\\n"
		else if (c < " " || c == "\177") out = out "?"
		# Bytes over 127 may be no UTF-8 at all: they come from the other end of a cable.
		else if (c > "~") out = out "?"
		else out = out c
	}
	return "\"" out "\""
}

function json_key(key) {
	printf "%s\n", (json_count[json_depth]++ ? "," : "")
	printf "%s", substr("\t\t\t\t\t\t\t\t", 1, json_depth)
	if (key != "") printf "%s: ", json_text(key)
}

function json_open(key, bracket) {
	if (json_depth) json_key(key)
	printf "%s", bracket
	json_count[++json_depth] = 0
}

function json_close(bracket) {
	if (json_count[json_depth--]) printf "\n%s", substr("\t\t\t\t\t\t\t\t", 1, json_depth)
	printf "%s", bracket
	if (!json_depth) printf "\n"
}

function json_string(key, value) { json_key(key); printf "%s", json_text(value) }
function json_number(key, value) { json_key(key); printf "%.0f", value }
function json_bool(key, value) { json_key(key); printf "%s", value ? "true" : "false" }
