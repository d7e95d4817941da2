# SPDX-License-Identifier: Apache-2.0
# The commands, on ARGUMENT[1..ARGUMENTS], the first of which is the command's name.

function usage() {
	printf "%s", "Usage: uci [<options>] <command> [<arguments>]\n\n" \
		"Commands:\n" \
		"\tbatch\n" \
		"\texport     [<config>]\n" \
		"\timport     [<config>]\n" \
		"\tchanges    [<config>]\n" \
		"\tcommit     [<config>]\n" \
		"\tadd        <config> <section-type>\n" \
		"\tadd_list   <config>.<section>.<option>=<string>\n" \
		"\tdel_list   <config>.<section>.<option>=<string>\n" \
		"\tshow       [<config>[.<section>[.<option>]]]\n" \
		"\tget        <config>.<section>[.<option>]\n" \
		"\tset        <config>.<section>[.<option>]=<value>\n" \
		"\tdelete     <config>[.<section>[[.<option>][=<id>]]]\n" \
		"\trename     <config>.<section>[.<option>]=<name>\n" \
		"\trevert     <config>[.<section>[.<option>]]\n" \
		"\treorder    <config>.<section>=<position>\n" \
		"\n" \
		"Options:\n" \
		"\t-c <path>  set the search path for config files (default: /etc/config)\n" \
		"\t-d <str>   set the delimiter for list values in uci show\n" \
		"\t-f <file>  use <file> as input instead of stdin\n" \
		"\t-m         when importing, merge data into an existing package\n" \
		"\t-n         name unnamed sections on export (default)\n" \
		"\t-N         don't name unnamed sections\n" \
		"\t-p <path>  add a search path for config change files\n" \
		"\t-P <path>  add a search path for config change files and use as default\n" \
		"\t-t <path>  set save path for config change files\n" \
		"\t-q         quiet mode (don't print error messages)\n" \
		"\t-s         force strict mode (stop on parser errors, default)\n" \
		"\t-S         disable strict mode\n" \
		"\t-X         do not use extended syntax on 'show'\n" \
		"\n" > "/dev/stderr"
}

# Runs one command; its exit code.
function run(    name) {
	name = tolower(ARGUMENT[1])
	if (name == "ren") name = "rename"
	else if (name == "del") name = "delete"
	if (name == "batch" && !IN_BATCH) return run_batch()
	if (name ~ /^(show|export|commit|changes)$/) return on_packages(name)
	if (name == "get") return run_get()
	if (name ~ /^(set|add_list|del_list|delete|rename|reorder)$/) return run_change(name)
	if (name == "revert") return run_revert()
	if (name == "add") return run_add()
	if (name == "import") return run_import()
	if (name != "help") return USAGE
	usage()
	return OK
}

# Parses the pointer, loads its package, finds what it names.
function look_up(text,    code) {
	if ((code = parse_pointer(text)) || (code = load(P_PACKAGE))) return code
	parse_pointer(text)
	return resolve_pointer()
}

function on_packages(name,    i, n) {
	if (ARGUMENTS > 2) return USAGE
	if (name == "commit" && !NO_COMMIT && lock()) return report(IO)
	if (ARGUMENTS == 2) return on_package(name, ARGUMENT[2])
	n = list_packages()
	if (n < 0) return report(NOT_FOUND)
	for (i = 1; i <= n; i++) on_package(name, LISTED[i])
	return OK
}

function on_package(name, text,    code) {
	NOTING = (name == "changes")
	if (NOTING || name == "commit") forget_packages()
	code = look_up(text)
	NOTING = 0
	if (code) return report(code)
	if (name == "changes") printf "%s", CHANGES
	else if (name == "commit") {
		if (!NO_COMMIT && (code = commit(P_PACKAGE))) return report(code)
	} else if (name == "export") export_package(P_PACKAGE, 1)
	else if (!P_COMPLETE) return report(NOT_FOUND)
	else if (P_O) show_option(P_O, PACKAGE_NAME[P_PACKAGE] "." NAME[P_S])
	else if (P_S) show_section(P_S, PACKAGE_NAME[P_PACKAGE] "." NAME[P_S])
	else show_package(P_PACKAGE)
	return OK
}

function show_package(p,    s, type, label, seen) {
	for (s = FIRST[p]; s; s = NEXT[s]) {
		type = KIND[s]
		label = ANONYMOUS[s] && EXTENDED ? "@" type "[" (seen[type] + 0) "]" : NAME[s]
		seen[type]++
		show_section(s, PACKAGE_NAME[p] "." label)
	}
}

function show_section(s, label,    o) {
	printf "%s=%s\n", label, KIND[s]
	for (o = FIRST[s]; o; o = NEXT[o]) show_option(o, label)
}

function show_option(o, label) {
	printf "%s.%s=%s\n", label, NAME[o], IS_LIST[o] ? joined(o, 1) : quoted(VALUE[o])
}

# A list's items: all quoted, or only those with white space.
function joined(o, all,    x, text) {
	for (x = FIRST[o]; x; x = NEXT[x])
		text = text (x == FIRST[o] ? "" : DELIMITER) (all || NAME[x] ~ /[ \t\r\n]/ ? quoted(NAME[x]) : NAME[x])
	return text
}

function run_get(    code) {
	if (ARGUMENTS != 2) return USAGE
	if ((code = look_up(ARGUMENT[2]))) return report(code)
	if (P_HAS_VALUE) return 1
	if (!P_COMPLETE) return report(NOT_FOUND)
	if (P_O) printf "%s\n", IS_LIST[P_O] ? joined(P_O, 0) : VALUE[P_O]
	else if (P_S) printf "%s\n", KIND[P_S]
	return OK
}

function run_change(name,    code) {
	if (ARGUMENTS != 2) return USAGE
	if (lock()) return report(IO)
	if ((code = look_up(ARGUMENT[2]))) return report(code)
	if (name == "set") code = do_set()
	else if (name == "add_list") code = do_add_list()
	else if (name == "del_list") code = do_del_list()
	else if (name == "rename") code = do_rename()
	else if (name == "reorder") {
		if (!P_S || !P_HAS_VALUE) return report(NOT_FOUND)
		code = do_reorder()
	} else {
		if (P_HAS_VALUE && !scan_number(P_VALUE)) return 1
		code = do_delete()
	}
	if (!code) code = save(P_PACKAGE)
	if (code) PENDING[P_PACKAGE] = ""
	return code ? report(code) : OK
}

function run_revert(    code) {
	if (ARGUMENTS != 2) return USAGE
	if (lock()) return report(IO)
	if ((code = look_up(ARGUMENT[2]))) return report(code)
	if (P_HAS_VALUE) return 1
	code = revert(P_PACKAGE, P_HAS_SECTION, P_SECTION, P_HAS_OPTION, P_OPTION)
	return code ? report(code) : OK
}

# The only command whose exit code is the error's own number.
function run_add(    code, s) {
	if (ARGUMENTS != 3) return USAGE
	if ((code = lock()) == OK && (code = load(ARGUMENT[2])) == OK) {
		clear_pointer()
		P_PACKAGE = ARGUMENT[2]
		s = do_add(ARGUMENT[3])
		code = save(P_PACKAGE)
	}
	if (code) report(code)
	else print NAME[s]
	return code
}

# Reads packages from the input: written at once, or, merged into one that exists, staged.
function run_import(    name, code, merge, i) {
	if (ARGUMENTS > 2 || (ARGUMENTS < 2 && MERGE_IMPORT)) return USAGE
	name = ARGUMENTS == 2 ? ARGUMENT[2] : ""
	if (!IN_BATCH) set_batch(slurp(INPUT))
	if (lock()) return report(IO)
	if (MERGE_IMPORT) merge = load(name) == OK
	if (name != "" && !is_type(name)) return report(INVALID)
	reader_open("batch")
	code = read_config(name, name != "", merge)
	if (merge) {
		if (!code) code = save(name)
		else PENDING[name] = ""
		STALE[name] = 1
	} else {
		for (i = 1; i <= ROOTS && !code; i++) {
			PATH[ROOT[i]] = CONFIG_DIR "/" ROOT[i]
			code = write_package(ROOT[i], PATH[ROOT[i]], "")
		}
		forget_packages()
	}
	return code ? report(code) : OK
}

# One command a line. All of the input is read first: whoever writes it may be using uci as well.
function run_batch(    code) {
	IN_BATCH = 1
	set_batch(slurp(INPUT))
	while (BATCH_NEXT <= BATCH_COUNT) {
		code = run_batch_line()
		if (code == EXIT) return OK
		if (code == USAGE) complain("Unknown command\n")
	}
	return OK
}

function run_batch_line(    n, code) {
	if (!READER || READER_SOURCE != "batch") reader_open("batch")
	next_line()
	for (n = 0; ; n++) {
		if (n == 4) {
			complain("Too many arguments\n")
			return 1
		}
		if ((code = next_word())) return report(code)
		if (WORD == "") break
		ARGUMENT[n + 1] = WORD
	}
	ARGUMENTS = n
	if (n == 0) return OK
	return tolower(ARGUMENT[1]) == "exit" ? EXIT : run()
}
