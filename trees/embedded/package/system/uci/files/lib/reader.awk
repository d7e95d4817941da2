# SPDX-License-Identifier: Apache-2.0
# Lines and quoted words, for configuration files, deltas and batches alike.
#
# TEXT_LINE[1..TEXT_COUNT] is the text being read (BATCH_LINE[] when it came from standard input),
# BUFFER the line at hand with whatever a quote or a backslash pulled in after it, AT the bytes of
# it that are used up. A failure leaves its reason and place in READER_*.

function reader_open(source) {
	READER = 1
	READER_SOURCE = source
	READER_REASON = ""
	READER_LINE = 0
	READER_BYTE = 0
}

function reader_close() {
	READER = 0
	READER_SOURCE = ""
}

function set_text(text) {
	TEXT_COUNT = split(text, TEXT_LINE, "\n")
	TEXT_ENDED = (TEXT_COUNT > 0 && TEXT_LINE[TEXT_COUNT] "" == "")
	if (TEXT_ENDED) TEXT_COUNT--
	TEXT_NEXT = 1
}

function set_batch(text) {
	BATCH_COUNT = split(text, BATCH_LINE, "\n")
	BATCH_ENDED = (BATCH_COUNT > 0 && BATCH_LINE[BATCH_COUNT] "" == "")
	if (BATCH_ENDED) BATCH_COUNT--
	BATCH_NEXT = 1
}

function at_end() {
	return READER_SOURCE == "batch" ? BATCH_NEXT > BATCH_COUNT : TEXT_NEXT > TEXT_COUNT
}

# Puts the next line into the buffer, at the place reached in it.
function fetch(    line, ended) {
	BUFFER = substr(BUFFER, 1, AT)
	if (at_end()) return 0
	if (READER_SOURCE == "batch") {
		line = BATCH_LINE[BATCH_NEXT++]
		ended = BATCH_NEXT <= BATCH_COUNT || BATCH_ENDED
	} else {
		line = TEXT_LINE[TEXT_NEXT++]
		ended = TEXT_NEXT <= TEXT_COUNT || TEXT_ENDED
	}
	if (ended) {
		line = line "\n"
		READER_LINE++
	}
	BUFFER = BUFFER line
	FILLED = length(BUFFER)
	return 1
}

function next_line() {
	AT = 0
	BUFFER = ""
	return fetch()
}

function peek() {
	return substr(BUFFER, AT + 1, 1)
}

function fail(reason) {
	READER_REASON = reason
	READER_BYTE = AT
	return PARSE
}

function skip_space() {
	if (match(substr(BUFFER, AT + 1), /^[ \t\n\r\f\v]+/)) AT += RLENGTH
}

# Returns 1 when the next character is to be taken as it is, 0 when a line was joined instead.
function after_backslash(    rest) {
	AT++
	rest = substr(BUFFER, AT + 1, 3)
	if (rest != "" && rest !~ /^\n/ && rest != "\r\n") return 1
	fetch()
	return 0
}

function take_character() {
	WORD = WORD peek()
	AT++
}

# Inside single quotes everything is itself, over as many lines as it takes.
function read_single(    rest, end) {
	AT++
	for (;;) {
		rest = substr(BUFFER, AT + 1)
		if ((end = index(rest, "'"))) {
			WORD = WORD substr(rest, 1, end - 1)
			AT += end
			return OK
		}
		WORD = WORD rest
		AT += length(rest)
		if (!fetch()) return fail("EOF with unterminated '")
	}
}

# Inside double quotes a backslash protects the character after it.
function read_double(    rest) {
	AT++
	for (;;) {
		rest = substr(BUFFER, AT + 1)
		if (!match(rest, /["\\]/)) {
			WORD = WORD rest
			AT += length(rest)
			if (!fetch()) return fail("EOF with unterminated \"")
			continue
		}
		WORD = WORD substr(rest, 1, RSTART - 1)
		AT += RSTART - 1
		if (peek() == "\\") {
			if (after_backslash()) take_character()
		} else {
			AT++
			return OK
		}
	}
}

# One word into WORD: quoted and bare parts glued together, up to white space.
# A bare word that runs into ";" swallows the rest of the line, as the real parser does.
function read_word(    start, c, rest, code) {
	start = AT
	WORD = ""
	do {
		c = peek()
		if (c == "'") {
			if ((code = read_single())) return code
		} else if (c == "\"") {
			if ((code = read_double())) return code
		} else if (c == "#") {
			BUFFER = substr(BUFFER, 1, AT)
		} else if (c == "\\") {
			if (after_backslash()) take_character()
		} else if (c != "" && c != ";") {
			rest = substr(BUFFER, AT + 1)
			if (match(rest, /['"#;\\ \t\n\r\f\v]/)) rest = substr(rest, 1, RSTART - 1)
			WORD = WORD rest
			AT += length(rest)
		}
		c = peek()
	} while (c != "" && c != ";" && c !~ /[ \t\n\r\f\v]/)
	if (c != "" && c != ";") AT++
	if (start + length(WORD) == AT) BUFFER = substr(BUFFER, 1, AT)
	return OK
}

# The next word, empty at the end of a line or of a command.
function next_word(    code) {
	skip_space()
	WORD = ""
	if (peek() == ";") {
		AT++
		return OK
	}
	return read_word()
}
