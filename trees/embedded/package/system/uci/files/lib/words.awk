# SPDX-License-Identifier: Apache-2.0
# What a name, a type, a text and an error are; how a value is quoted.
#
# Values that come from ARGV, getline or split() may look like numbers to awk, and two such values
# compare as numbers ("1e1" == "10"). Every room turns them into strings (x "") where they enter.

function define_words() {
	OK = 0; NO_MEMORY = 1; INVALID = 2; NOT_FOUND = 3; IO = 4; PARSE = 5; DUPLICATE = 6
	USAGE = 255; EXIT = 254
	MESSAGE[NO_MEMORY] = "Out of memory"
	MESSAGE[INVALID] = "Invalid argument"
	MESSAGE[NOT_FOUND] = "Entry not found"
	MESSAGE[IO] = "I/O error"
	MESSAGE[PARSE] = "Parse error"
	MESSAGE[DUPLICATE] = "Duplicate entry"
	# From the space on: index() in it, plus 31, is a character's code.
	PRINTABLE = " !\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~"
}

# Names of sections and options.
function is_name(s) {
	if (!(s in KNOWN_NAME)) KNOWN_NAME[s] = s ~ /^[A-Za-z0-9_]+$/
	return KNOWN_NAME[s]
}

# Types of sections, and names of packages: printable ASCII without the space.
function is_type(s) {
	return s ~ /^[!-~]+$/
}

# Names after a "package" word.
function is_package_word(s) {
	return s ~ /^[A-Za-z0-9_-]+$/
}

# Values given to a command: no control characters but tab, newline and carriage return.
function is_text(s) {
	return s !~ /[\001-\010\013\014\016-\037]/
}

# The value with every single quote written as '\''. Not by gsub(): Busybox's releases do not agree on
# what a backslash in its replacement means.
function escaped(s,    i, n, part, text) {
	if (!index(s, "'")) return s
	n = split(s, part, "'")
	text = part[1]
	for (i = 2; i <= n; i++) text = text "'\\''" part[i]
	return text
}

function quoted(s) {
	return "'" escaped(s) "'"
}

# As scanf's %d reads it: 1 when there is a number, -1 when there is nothing at all, 0 otherwise.
function scan_number(s) {
	if (s ~ /^[ \t\n\r\f\v]*$/) return -1
	return s ~ /^[ \t\n\r\f\v]*[-+]?[0-9]/
}

# As strtol reads it, cut to 32 bits.
function to_integer(s,    n) {
	sub(/^[ \t\n\r\f\v]*/, "", s)
	if (!match(s, /^[-+]?[0-9]+/)) return 0
	n = substr(s, 1, RLENGTH) % 4294967296
	if (n < 0) n += 4294967296
	return n > 2147483647 ? n - 4294967296 : n
}

# The low 16 bits of Bernstein's hash, as the names of anonymous sections carry them.
function hash16(s,    i, c, h, n) {
	if (s in KNOWN_HASH) return KNOWN_HASH[s]
	h = 5381
	n = length(s)
	for (i = 1; i <= n; i++) {
		c = index(PRINTABLE, substr(s, i, 1))
		c = c ? c + 31 : odd_code(substr(s, i, 1))
		h = (h * 33 + c) % 65536
	}
	return KNOWN_HASH[s] = h
}

# Codes outside printable ASCII; above 127 they count as negative.
function odd_code(c,    i) {
	for (i = 1; i < 256; i++)
		if (sprintf("%c", i) == c) return i < 128 ? i : i + 65280
	return 0
}

function complain(text) {
	if (!QUIET) printf "%s", text > "/dev/stderr"
}

# The line a failing command leaves on stderr.
function report(code) {
	complain("uci: " describe(code) "\n")
	return 1
}

function describe(code) {
	if (code != PARSE || !READER) return MESSAGE[code]
	return MESSAGE[code] " (" (READER_REASON == "" ? "unknown" : READER_REASON) ") at line " READER_LINE ", byte " READER_BYTE
}
