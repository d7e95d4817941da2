# JSON into a tree, for the awk programs next to it.
#
# json_parse(TEXT) returns the root node's number, or 0 with json_error set.
#   type[n]    object array string number boolean null
#   value[n]   what it says: strings decoded, numbers as written
#   count[n]   members; member[n, 1..count[n]] are nodes, key[n, i] their names

function json_parse(text, root) {
	json_text = text
	json_at = 1
	json_error = ""
	root = json_value()
	json_space()
	if (json_error == "" && json_at <= length(json_text)) json_fail("something follows the end")
	return json_error == "" ? root : 0
}

function json_fail(what) {
	if (json_error == "") json_error = what " at character " json_at
	return 0
}

function json_space() {
	while (substr(json_text, json_at, 1) ~ /[ \t\r\n]/ && json_at <= length(json_text)) json_at++
}

function json_node(kind, text) {
	nodes++
	type[nodes] = kind
	value[nodes] = text
	count[nodes] = 0
	return nodes
}

function json_value(c) {
	if (json_error != "") return 0
	json_space()
	c = substr(json_text, json_at, 1)
	if (c == "{") return json_members("object", "}")
	if (c == "[") return json_members("array", "]")
	if (c == "\"") return json_node("string", json_string())
	return json_word()
}

function json_word(rest) {
	rest = substr(json_text, json_at, 64)
	if (match(rest, /^(true|false|null)/)) {
		json_at += RLENGTH
		rest = substr(rest, 1, RLENGTH)
		return rest == "null" ? json_node("null", "") : json_node("boolean", rest)
	}
	if (match(rest, /^-?[0-9]+(\.[0-9]+)?([eE][-+]?[0-9]+)?/)) {
		json_at += RLENGTH
		return json_node("number", substr(rest, 1, RLENGTH))
	}
	return json_fail("no value")
}

function json_members(kind, end, node, name, c) {
	node = json_node(kind, "")
	json_at++
	json_space()
	if (substr(json_text, json_at, 1) == end) {
		json_at++
		return node
	}
	while (json_error == "") {
		json_space()
		name = ""
		if (kind == "object") {
			if (substr(json_text, json_at, 1) != "\"") return json_fail("no name")
			name = json_string()
			json_space()
			if (substr(json_text, json_at, 1) != ":") return json_fail("no colon")
			json_at++
		}
		c = json_value()
		json_add(node, name, c)
		json_space()
		c = substr(json_text, json_at, 1)
		json_at++
		if (c == end) return node
		if (c != ",") {
			json_at--
			return json_fail("no comma and no " end)
		}
	}
	return 0
}

function json_add(node, name, child) {
	count[node]++
	member[node, count[node]] = child
	key[node, count[node]] = name
}

# The string that begins at json_at.
function json_string(out, rest, c) {
	json_at++
	out = ""
	while (1) {
		rest = substr(json_text, json_at)
		if (!match(rest, /["\\]/)) {
			json_fail("a string without end")
			return out
		}
		out = out substr(rest, 1, RSTART - 1)
		c = substr(rest, RSTART, 1)
		json_at += RSTART
		if (c == "\"") return out
		c = substr(json_text, json_at, 1)
		json_at++
		if (c == "n") out = out "\n"
		else if (c == "t") out = out "\t"
		else if (c == "r") out = out "\r"
		else if (c == "b") out = out "\b"
		else if (c == "f") out = out "\f"
		else if (c == "u") {
			out = out json_utf8(json_hex(substr(json_text, json_at, 4)))
			json_at += 4
		} else out = out c
	}
}

function json_hex(text, i, number) {
	number = 0
	for (i = 1; i <= length(text); i++)
		number = number * 16 + index("0123456789abcdef", tolower(substr(text, i, 1))) - 1
	return number
}

# The bytes of a character (of the basic plane).
function json_utf8(code) {
	if (code < 128) return sprintf("%c", code)
	if (code < 2048) return sprintf("%c%c", 192 + int(code / 64), 128 + code % 64)
	return sprintf("%c%c%c", 224 + int(code / 4096), 128 + int(code / 64) % 64, 128 + code % 64)
}

# A string as JSON writes it.
function json_quote(text, out, c) {
	out = ""
	while (match(text, /["\\\001-\037]/)) {
		c = substr(text, RSTART, 1)
		out = out substr(text, 1, RSTART - 1)
		if (c == "\n") out = out "\\n"
		else if (c == "\t") out = out "\\t"
		else if (c == "\r") out = out "\\r"
		else if (c == "\"" || c == "\\") out = out "\\" c
		else out = out sprintf("\\u%04x", json_code(c))
		text = substr(text, RSTART + 1)
	}
	return "\"" out text "\""
}

function json_code(c, i) {
	for (i = 1; i < 32; i++) if (sprintf("%c", i) == c) return i
	return 63
}

# A node as JSON. indent: "" for one line; else the tabs of the line it is on,
# preceded by a newline.
function json_print(node, indent, out, i, inner, total) {
	if (type[node] == "string") return json_quote(value[node])
	if (type[node] == "null") return "null"
	if (type[node] != "object" && type[node] != "array") return value[node]
	total = count[node]
	inner = indent == "" ? " " : indent "\t"
	out = type[node] == "object" ? "{" : "["
	for (i = 1; i <= total; i++)
		out = out (i > 1 ? "," : "") inner \
			(type[node] == "object" ? json_quote(key[node, i]) ": " : "") \
			json_print(member[node, i], indent == "" ? "" : inner)
	if (total > 0) out = out (indent == "" ? " " : indent)
	return out (type[node] == "object" ? "}" : "]")
}

# The text is awk's input, whatever that is: programs use json_input in END.
{ json_input = json_input $0 "\n" }
