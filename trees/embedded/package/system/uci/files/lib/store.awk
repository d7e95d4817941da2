# SPDX-License-Identifier: Apache-2.0
# Everything on disk: configuration files below CONFIG_DIR, deltas below DELTA_DIR[1..DELTA_DIRS],
# of which the last is the one that is written to.
#
# Writers hold one lock (file descriptor 9, opened by the wrapper) from before they read until they
# exit. Readers take none: files change by rename, and deltas are read before and after.

function shell_quoted(s) {
	return quoted(s)
}

# The whole file, its exact bytes; READABLE says whether there was one. No UTF-8 text holds the
# record separator; where one occurs all the same it is put back.
function slurp(path,    record, text, separator) {
	separator = RS
	RS = "\377"
	READABLE = (getline record < path)
	if (READABLE > 0) {
		text = record ""
		while ((getline record < path) > 0) text = text "\377" record
	}
	close(path)
	RS = separator
	READABLE = READABLE >= 0
	return text
}

# 0 when it was taken (or is held already).
function lock() {
	if (LOCKED) return OK
	if (system("exec flock 9") != 0) return IO
	LOCKED = 1
	forget_packages()
	return OK
}

function forget_packages(    p) {
	for (p in LOADED) delete LOADED[p]
}

function base_name(path) {
	sub(/^.*\//, "", path)
	return path
}

# Loads a package with its deltas, unless it is in memory. Paths stand for themselves, without deltas.
function load(p,    code) {
	if (p in LOADED && !(p in STALE)) {
		reader_close()
		return OK
	}
	delete STALE[p]
	delete LOADED[p]
	OUTSIDE[p] = p ~ /^[.\/]/
	PATH[p] = OUTSIDE[p] ? p : CONFIG_DIR "/" p
	PACKAGE_NAME[p] = OUTSIDE[p] ? base_name(p) : p
	if (p ~ /^[.]([^\/]|$)/) return NOT_FOUND
	if ((code = read_file_and_delta(p))) return code
	return load_text(p)
}

# FILE_TEXT and DELTA_TEXT[] as they were at one moment.
function read_file_and_delta(p,    before, tries) {
	do {
		before = OUTSIDE[p] ? "" : read_deltas(p)
		FILE_TEXT = slurp(PATH[p])
		if (!READABLE) return system("[ -f " shell_quoted(PATH[p]) " ]") ? NOT_FOUND : IO
	} while (before != "" && !LOCKED && ++tries < 5 && before != read_deltas(p))
	return OK
}

function read_deltas(p,    i, all) {
	for (i = 1; i <= DELTA_DIRS; i++) {
		DELTA_TEXT[i] = slurp(DELTA_DIR[i] "/" p)
		all = all DELTA_TEXT[i]
	}
	DELTA_READABLE = READABLE
	return all
}

function load_text(p,    i, code) {
	if (!is_type(PACKAGE_NAME[p])) return INVALID
	set_text(FILE_TEXT)
	reader_open("text")
	if ((code = read_config(p, 1, 0))) {
		delete LOADED[p]
		return code
	}
	CHANGED = 0
	CHANGES = ""
	if (!OUTSIDE[p])
		for (i = 1; i <= DELTA_DIRS; i++) CHANGED += apply_delta(p, DELTA_TEXT[i])
	return OK
}

# Stages what was recorded; a package outside CONFIG_DIR is written at once.
function save(p,    text, path) {
	if (OUTSIDE[p]) return write_package(p, PATH[p], "")
	if (PENDING[p] == "") return OK
	text = PENDING[p]
	PENDING[p] = ""
	path = DELTA_DIR[DELTA_DIRS] "/" p
	return append_text(path, text)
}

# Appends, and makes sure that all of it arrived: awk does not tell when a disk is full.
function append_text(path, text,    old, directory) {
	old = slurp(path)
	if (!READABLE) {
		directory = path
		sub(/\/[^\/]*$/, "", directory)
		if (system("{ [ -d " shell_quoted(directory) " ] || mkdir " shell_quoted(directory) "; } 2>/dev/null && : 2>/dev/null >>" shell_quoted(path))) return IO
	}
	printf "%s", text >> path
	close(path)
	if (slurp(path) == old text) return OK
	system("truncate -s " length(old) " " shell_quoted(path))
	return IO
}

# Writes the canonical form beside the file, brings it to the disk, renames it over the old one
# (keeping its mode and owner, following a link), and only then empties the delta, if one is given.
function write_package(p, path, delta,    code) {
	QUOTE_TYPES = 0
	SINK = "p=" shell_quoted(path) "; [ ! -L \"$p\" ] || p=$(readlink -f \"$p\"); t=${p%/*}/.${p##*/}.uci-$$; " \
		"if { [ ! -e \"$p\" ] || cp -p \"$p\" \"$t\"; } && dd of=\"$t\" bs=65536 conv=fsync && mv -f \"$t\" \"$p\"; " \
		"then " (delta == "" ? ":" : "[ ! -e " shell_quoted(delta) " ] || : >" shell_quoted(delta)) "; " \
		"else cat >/dev/null; rm -f \"$t\"; exit 1; fi 2>/dev/null"
	export_package(p, 0)
	code = close(SINK)
	SINK = ""
	return code ? IO : OK
}

# Writes the package with its staged changes, when there are any.
function commit(p,    code) {
	if ((code = lock()) || (code = load(p))) return code
	if (OUTSIDE[p]) return write_package(p, PATH[p], "")
	if (!CHANGED) return OK
	code = write_package(p, PATH[p], DELTA_DIR[DELTA_DIRS] "/" p)
	delete LOADED[p]
	return code
}

# Takes staged changes back.
function revert(p, has_section, section, has_option, option,    path, text, kept) {
	if (OUTSIDE[p]) return OK
	path = DELTA_DIR[DELTA_DIRS] "/" p
	text = slurp(path)
	kept = without_changes(text, has_section, section, has_option, option)
	delete LOADED[p]
	if (KEEP_ALL || kept == text) return OK
	return replace_text(path, kept)
}

function replace_text(path, text,    sink) {
	sink = "t=" shell_quoted(path) ".$$; if cat >\"$t\" && mv -f \"$t\" " shell_quoted(path) "; then :; else cat >/dev/null; rm -f \"$t\"; exit 1; fi 2>/dev/null"
	printf "%s", text | sink
	return close(sink) ? IO : OK
}

# The packages in CONFIG_DIR into LISTED[1..n]; how many.
function list_packages(    command, name, n, any) {
	command = "for f in " shell_quoted(CONFIG_DIR) "/*; do [ -e \"$f\" ] || [ -L \"$f\" ] || continue; f=${f##*/}; " \
		"case $f in *[!!-~]*) echo;; *) [ -d " shell_quoted(CONFIG_DIR) "/\"$f\" ] && echo || echo \"$f\";; esac; done"
	while ((command | getline name) > 0) {
		any = 1
		if (name != "") LISTED[++n] = name ""
	}
	close(command)
	return any ? n + 0 : -1
}
