# SPDX-License-Identifier: Apache-2.0
# Deltas: the changes that are staged and not yet committed, one a line:
# [sign]package.section[.option][='value'], signs + (anonymous section) - @ (rename) ^ (reorder)
# | (add to list) ~ (delete from list), none for a set. Lines that make no sense are passed over.

# Applies the text to a loaded package; how many lines could be.
function apply_delta(p, text,    changes) {
	if (text == "") return 0
	RECORDING = 0
	set_text(text)
	reader_open("text")
	while (!at_end()) {
		if (read_change()) continue
		note_change(p)
		if (P_PACKAGE == p && !apply_change()) changes++
	}
	reader_close()
	RECORDING = 1
	return changes + 0
}

# The next line as SIGN and pointer; an error code when it is no change.
function read_change(    line, parts, quote, code) {
	line = TEXT_LINE[TEXT_NEXT]
	parts = split(line, quote, "'")
	if (parts == 3 && quote[3] "" == "" && quote[1] ~ /^[-+@^|~]?[A-Za-z0-9_.-]+=$/ && (TEXT_NEXT < TEXT_COUNT || TEXT_ENDED)) {
		TEXT_NEXT++
		return parse_change(quote[1] quote[2])
	}
	next_line()
	if ((code = next_word())) return code
	if (substr(BUFFER, AT + 1) != "") return INVALID
	return parse_change(WORD)
}

function parse_change(text) {
	SIGN = ""
	if (text ~ /^[-+@^|~]/) {
		SIGN = substr(text, 1, 1)
		text = substr(text, 2)
	}
	if (parse_pointer(text)) return PARSE
	if (!P_HAS_SECTION || P_EXTENDED || (SIGN != "-" && !P_HAS_VALUE)) return INVALID
	if (SIGN == "^" && P_HAS_OPTION) return INVALID
	if (SIGN == "@" && !is_name(P_VALUE)) return INVALID
	if ((SIGN == "|" || SIGN == "~") && !P_HAS_OPTION) return INVALID
	return OK
}

# Remembers the line for "uci changes".
function note_change(p) {
	if (P_PACKAGE != p || !NOTING) return
	CHANGES = CHANGES (SIGN == "-" ? "-" : "") p "." P_SECTION (P_HAS_OPTION ? "." P_OPTION : "")
	if (SIGN != "-") CHANGES = CHANGES (SIGN == "|" ? "+=" : SIGN == "~" ? "-=" : "=") quoted(P_VALUE)
	CHANGES = CHANGES "\n"
}

# 0 when the change went in, an error code otherwise.
function apply_change(    code) {
	resolve_pointer()
	if (SIGN == "^") return P_COMPLETE ? do_reorder() : NOT_FOUND
	if (SIGN == "@") return do_rename()
	if (SIGN == "|") return do_add_list()
	if (SIGN == "~") return do_del_list()
	if (SIGN == "-") {
		code = do_delete()
		return code == NO_MEMORY ? OK : code
	}
	code = do_set()
	if (!code && SIGN == "+" && !P_HAS_OPTION && P_S) ANONYMOUS[P_S] = 1
	return code
}

# The text without the changes of a section (of one option of it; of everything when both are
# empty). KEEP_ALL is set when a line is no change: then nothing may be taken out.
function without_changes(text, has_section, section, has_option, option,    kept) {
	KEEP_ALL = 0
	set_text(text)
	reader_open("text")
	while (!at_end()) {
		if (read_change()) {
			KEEP_ALL = 1
			return text
		}
		if ((has_section && P_SECTION != section) || (has_option && (!P_HAS_OPTION || P_OPTION != option)))
			kept = kept SIGN P_PACKAGE "." P_SECTION (P_HAS_OPTION ? "." P_OPTION : "") \
				(P_HAS_VALUE ? "=" quoted(P_VALUE) : "") "\n"
	}
	reader_close()
	return kept
}
