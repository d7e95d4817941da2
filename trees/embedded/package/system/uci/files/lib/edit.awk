# SPDX-License-Identifier: Apache-2.0
# The changes a package can undergo, on what the pointer means.
#
# The pointer is what "package.section.option=value" stands for: P_PACKAGE, P_SECTION, P_OPTION and
# P_VALUE with P_HAS_SECTION, P_HAS_OPTION, P_HAS_VALUE for "was written at all"; P_S and P_O are the
# elements found, P_COMPLETE says that everything written was found. Each change returns an error
# code and, while RECORDING, leaves a line for the delta.

function clear_pointer() {
	P_PACKAGE = P_SECTION = P_OPTION = P_VALUE = ""
	P_HAS_SECTION = P_HAS_OPTION = P_HAS_VALUE = P_EXTENDED = 0
	P_S = P_O = P_COMPLETE = 0
}

function parse_pointer(text,    i, n, part) {
	clear_pointer()
	if ((i = index(text, "="))) {
		P_HAS_VALUE = 1
		P_VALUE = substr(text, i + 1)
		text = substr(text, 1, i - 1)
	}
	n = split(text, part, ".")
	if (n > 3) return PARSE
	P_PACKAGE = part[1] ""
	if (n > 1) {
		P_HAS_SECTION = 1
		P_SECTION = part[2] ""
		P_EXTENDED = !is_name(P_SECTION)
	}
	if (n > 2) {
		P_HAS_OPTION = 1
		P_OPTION = part[3] ""
	}
	if (!is_type(P_PACKAGE) || (P_HAS_OPTION && !is_name(P_OPTION)) || (P_HAS_VALUE && !is_text(P_VALUE))) return PARSE
	return OK
}

# Finds what the pointer names in its package, which is loaded.
function resolve_pointer(    code) {
	if (P_HAS_SECTION) {
		if (P_EXTENDED) {
			if ((code = find_extended())) return code
		} else P_S = find(P_PACKAGE, P_SECTION)
		if (!P_S) return OK
		if (P_HAS_OPTION && !(P_O = find(P_S, P_OPTION))) return OK
	}
	P_COMPLETE = 1
	return OK
}

# @type[n]: a number in brackets, negative from the end; @[n] counts all sections.
function find_extended(    i, number, type) {
	i = index(P_SECTION, "[")
	if (substr(P_SECTION, 1, 1) != "@" || !i) return INVALID
	type = substr(P_SECTION, 2, i - 2)
	number = substr(P_SECTION, i + 1)
	if (number !~ /^([ \t\n\r\f\v]*[-+]?[0-9]+)?\]$/ || (type != "" && !is_type(type))) return INVALID
	P_S = section_at(P_PACKAGE, type, to_integer(number))
	if (P_S) P_SECTION = NAME[P_S]
	return OK
}

function record(sign, with_value) {
	if (!RECORDING || OUTSIDE[P_PACKAGE]) return
	record_line(sign, P_SECTION, P_HAS_OPTION, P_OPTION, with_value, P_VALUE)
	if (!replays(sign)) STALE[P_PACKAGE] = 1
}

function record_line(sign, section, has_option, option, has_value, value) {
	PENDING[P_PACKAGE] = PENDING[P_PACKAGE] sign P_PACKAGE "." section (has_option ? "." option : "") \
		(has_value ? "=" quoted(value) : "") "\n"
}

# Whether reading that line back will do what was just done in memory.
function replays(sign) {
	if (!is_name(P_SECTION)) return 0
	if (sign == "|" || sign == "~") return P_HAS_OPTION
	return sign != "@" || is_name(P_VALUE)
}

function do_set() {
	if (!P_HAS_VALUE || (!P_S && (P_HAS_OPTION || !P_HAS_SECTION))) return INVALID
	if (!P_HAS_OPTION && P_VALUE != "" && !is_type(P_VALUE)) return INVALID
	if (P_HAS_OPTION && !P_O) P_O = find(P_S, P_OPTION)
	if (P_VALUE == "") return P_COMPLETE ? do_delete() : OK
	if (P_HAS_OPTION) return set_option()
	return set_section()
}

function set_option() {
	if (!P_O) P_O = new_option(P_S, P_OPTION, P_VALUE)
	else if (!IS_LIST[P_O] && VALUE[P_O] == P_VALUE) return OK
	else {
		IS_LIST[P_O] = 0
		VALUE[P_O] = P_VALUE
	}
	record("", 1)
	return OK
}

# A type of another length makes an anonymous section a named one, as in the real tool.
function set_section() {
	if (!P_S) P_S = new_section(P_PACKAGE, P_VALUE, P_SECTION)
	else if (KIND[P_S] == P_VALUE) return OK
	else {
		if (length(KIND[P_S]) != length(P_VALUE)) ANONYMOUS[P_S] = 0
		KIND[P_S] = P_VALUE
	}
	record("", 1)
	return OK
}

function do_add_list() {
	if (!P_S || !P_HAS_VALUE) return INVALID
	if (!P_O) P_O = new_list(P_S, P_OPTION)
	else if (!IS_LIST[P_O]) make_list(P_O)
	add_item(P_O, P_VALUE)
	record("|", 1)
	return OK
}

function do_del_list(    x) {
	if (!P_S || !P_HAS_VALUE) return INVALID
	if (!P_O || !IS_LIST[P_O]) return OK
	record("~", 1)
	for (x = FIRST[P_O]; x; x = NEXT[x])
		if (NAME[x] == P_VALUE) unlink_element(x)
	return OK
}

function do_delete(    x) {
	if (!P_COMPLETE) return NOT_FOUND
	if (!P_S) return INVALID
	if (P_O && IS_LIST[P_O] && P_VALUE != "") {
		if (!scan_number(P_VALUE)) return NO_MEMORY
		if ((x = item_at(P_O, to_integer(P_VALUE)))) {
			record("-", 1)
			unlink_element(x)
		}
		return OK
	}
	record("-", 0)
	remove(P_O ? P_O : P_S)
	if (P_O) P_O = 0
	else P_S = 0
	return OK
}

function do_rename() {
	if (!P_COMPLETE) return NOT_FOUND
	if (!P_S || !P_HAS_VALUE) return INVALID
	record("@", 1)
	rename_element(P_O ? P_O : P_S, P_VALUE)
	if (!P_O) ANONYMOUS[P_S] = 0
	return OK
}

function do_reorder(    position) {
	position = to_integer(P_VALUE)
	if (move_section(P_S, position) && RECORDING && !OUTSIDE[P_PACKAGE])
		record_line("^", NAME[P_S], 0, "", 1, position "")
	return OK
}

# A new anonymous section; its number.
function do_add(type,    s) {
	s = new_anonymous(P_PACKAGE, type)
	if (RECORDING && !OUTSIDE[P_PACKAGE]) record_line("+", NAME[s], 0, "", 1, type)
	if (COUNT[P_PACKAGE, NAME[s]] > 1 || !is_type(type)) STALE[P_PACKAGE] = 1
	return s
}
