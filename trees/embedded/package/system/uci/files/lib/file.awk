# SPDX-License-Identifier: Apache-2.0
# Configuration files: read into the model, printed out of it.
#
# SINGLE: "package" lines are checked and otherwise ignored (a file is one package). MERGE: the text
# goes into a loaded package and leaves a delta. STRICT: the first error ends the reading. TOLERANT:
# errors are printed as they are met. ROOT[1..ROOTS] are the packages a text has opened.

# The text at hand (set_text or set_batch) as the package NAME, or as those it names itself.
function read_config(name, single, merge,    code) {
	SINGLE = single
	MERGE = merge
	DEFAULT_NAME = name
	PACKAGE = merge ? name : ""
	SECTION = 0
	ROOTS = 0
	RECORDING = merge
	code = read_lines()
	RECORDING = 1
	if (code) return code
	if (PACKAGE == "" && name != "") open_package(name)
	reader_close()
	return OK
}

function read_lines(    code) {
	while (!at_end()) {
		if (READER_SOURCE != "batch" && read_plain_line()) continue
		next_line()
		if (BUFFER == "" || !(code = read_line())) continue
		if (TOLERANT) printf "%s\n", describe(code) > "/dev/stderr"
		if (STRICT || code != PARSE) return code
	}
	return OK
}

# The lines nearly every file is made of, read without looking at single characters:
# config TYPE, config TYPE 'NAME', option NAME 'VALUE', list NAME 'VALUE'. 0 for any other line.
function read_plain_line(    line, parts, quote, words, word) {
	if (TEXT_NEXT == TEXT_COUNT && !TEXT_ENDED) return 0
	line = TEXT_LINE[TEXT_NEXT]
	parts = split(line, quote, "'")
	if (parts != 1 && (parts != 3 || quote[3] "" != "")) return 0
	words = split(quote[1], word, " ")
	if (words == 0 && parts == 1) {
		TEXT_NEXT++
		READER_LINE++
		return 1
	}
	if (words != 2 || !is_name(word[2] "") || (parts == 3 && quote[1] !~ /[ \t]$/)) return 0
	if (word[1] == "config") {
		if (parts == 3 && !is_name(quote[2] "")) return 0
		if (!plain_section(word[2] "", parts == 3 ? quote[2] "" : "")) return 0
	} else if (parts == 3 && SECTION && word[1] == "option") {
		set_plain(word[2] "", quote[2] "")
	} else if (parts == 3 && SECTION && word[1] == "list") {
		list_plain(word[2] "", quote[2] "")
	} else return 0
	TEXT_NEXT++
	READER_LINE++
	return 1
}

# 0 leaves the line to read_line(), which knows the errors.
function plain_section(type, name,    s) {
	if (MERGE || PACKAGE == "") return 0
	if (name == "") SECTION = new_anonymous(PACKAGE, type)
	else if (!(s = find(PACKAGE, name))) SECTION = new_section(PACKAGE, type, name)
	else if (KIND[s] == type) SECTION = s
	else return 0
	return 1
}

function set_plain(name, value,    o) {
	if (MERGE) return set_in_section(name, value)
	if (value == "") return OK
	if (!(o = find(SECTION, name))) return new_option(SECTION, name, value)
	IS_LIST[o] = 0
	VALUE[o] = value
}

function list_plain(name, value) {
	point_into_section(name, value)
	return do_add_list()
}

function set_in_section(name, value) {
	point_into_section(name, value)
	return do_set()
}

function point_into_section(name, value) {
	clear_pointer()
	P_PACKAGE = PACKAGE
	P_SECTION = NAME[SECTION]
	P_S = SECTION
	P_OPTION = name
	P_VALUE = value
	P_HAS_SECTION = P_HAS_OPTION = P_HAS_VALUE = 1
	P_O = find(P_S, name)
}

# One line, which may hold several commands parted by ";".
function read_line(    rest, lead, word, code) {
	skip_space()
	for (;;) {
		rest = substr(BUFFER, AT + 1)
		match(rest, /^[ \t]*/)
		lead = RLENGTH
		if (!match(substr(rest, lead + 1), /^[^ \t]+/)) return OK
		word = substr(rest, lead + 1, RLENGTH)
		if (word ~ /^#/) return OK
		word = word == "p" ? "package" : word == "c" ? "config" : word == "o" ? "option" : word == "l" ? "list" : word
		if (word == "package") code = read_package(lead + RLENGTH + 1)
		else if (word == "config") code = read_section(lead + RLENGTH + 1)
		else if (word == "option" || word == "list") code = read_option(word == "list", lead + RLENGTH + 1)
		else code = fail("invalid command")
		if (code) return code
	}
}

# Steps over the command word and the character after it.
function step(bytes, reason) {
	if (AT + bytes > FILLED) return fail(reason " without name")
	AT += bytes
	return OK
}

function required_word(    code) {
	if ((code = next_word())) return code
	return WORD == "" ? fail("insufficient arguments") : OK
}

function end_of_command(    code) {
	if ((code = next_word())) return code
	return WORD != "" && STRICT ? fail("too many arguments") : OK
}

function read_package(bytes,    code, name) {
	if ((code = step(bytes, "package")) || (code = required_word())) return code
	name = WORD
	if (!is_package_word(name)) return fail("invalid character in name field")
	if ((code = end_of_command())) return code
	return SINGLE ? OK : open_package(name)
}

function open_package(name,    i) {
	PACKAGE = ""
	SECTION = 0
	for (i = 1; i <= ROOTS; i++)
		if (ROOT[i] == name) return DUPLICATE
	ROOT[++ROOTS] = name
	new_package(name)
	PACKAGE = name
	return OK
}

function read_section(bytes,    code, type, name, s) {
	if (PACKAGE == "") {
		if (DEFAULT_NAME == "") return fail("attempting to import a file without a package name")
		if ((code = open_package(DEFAULT_NAME))) return code
	}
	if ((code = step(bytes, "config")) || (code = required_word())) return code
	type = WORD
	if (!is_type(type)) return fail("invalid character in type field")
	if ((code = next_word())) return code
	name = WORD
	if (name != "" && !is_name(name)) return fail("invalid character in name field")
	if ((code = end_of_command())) return code
	clear_pointer()
	P_PACKAGE = PACKAGE
	if (name == "") {
		SECTION = do_add(type)
		return OK
	}
	s = find(PACKAGE, name)
	if (s && STRICT && KIND[s] != type) return fail("section of different type overwrites prior section with same name")
	P_HAS_SECTION = P_HAS_VALUE = 1
	P_SECTION = name
	P_VALUE = type
	P_S = s
	code = do_set()
	SECTION = P_S
	return code
}

function read_option(list, bytes,    code, name) {
	if (!SECTION) return fail("option/list command found before the first section")
	if ((code = step(bytes, "option")) || (code = required_word())) return code
	name = WORD
	if (!is_name(name)) return fail("invalid character in name field")
	if ((code = next_word())) return code
	point_into_section(name, WORD)
	if ((code = end_of_command())) return code
	return list ? do_add_list() : do_set()
}

# Prints to standard output, or down the pipe whose command is SINK.
function emit(text) {
	if (SINK == "") printf "%s", text
	else printf "%s", text | SINK
}

# The package in its canonical form; with QUOTE_TYPES fit for a shell to evaluate.
function export_package(p, header,    s, o, x, text) {
	if (header) emit("package " PACKAGE_NAME[p] "\n")
	for (s = FIRST[p]; s; s = NEXT[s]) {
		text = "\nconfig " (QUOTE_TYPES ? quoted(KIND[s]) : escaped(KIND[s])) (ANONYMOUS[s] && !EXPORT_NAMES ? "" : " " quoted(NAME[s])) "\n"
		for (o = FIRST[s]; o; o = NEXT[o]) {
			if (!IS_LIST[o]) text = text "\toption " escaped(NAME[o]) " " quoted(VALUE[o]) "\n"
			else for (x = FIRST[o]; x; x = NEXT[x])
				text = text "\tlist " escaped(NAME[o]) " " quoted(NAME[x]) "\n"
		}
		emit(text)
	}
	emit("\n")
}
