# SPDX-License-Identifier: Apache-2.0
# Options as getopt reads them (they end at the first word that is none), then the command.

BEGIN {
	define_words()
	CONFIG_DIR = ENVIRON["UCI_AWK_CONFIG_DIR"] ""
	DELTA_DIR[DELTA_DIRS = 1] = ENVIRON["UCI_AWK_SAVE_DIR"] ""
	QUOTE_TYPES = "UCI_QUOTE_TYPES" in ENVIRON
	STRICT = RECORDING = EXTENDED = 1
	DELIMITER = " "
	INPUT = "/dev/stdin"
	first = parse_options()
	ARGUMENTS = ARGC - first
	for (i = 1; i <= ARGUMENTS; i++) ARGUMENT[i] = ARGV[first + i - 1] ""
	code = OK
	if (ARGUMENTS) code = run()
	else usage()
	if (code == USAGE) usage()
	exit code
}

# Obeys the options; the number of the first argument after them.
function parse_options(    i, word, letter, value) {
	for (i = 1; i < ARGC; i++) {
		word = ARGV[i] ""
		if (word == "--") return i + 1
		if (word !~ /^-./) return i
		while ((word = substr(word, 2)) != "") {
			letter = substr(word, 1, 1)
			if (index("cdfpPt", letter)) {
				value = substr(word, 2)
				if (value == "") {
					if (++i >= ARGC) wrong_option("option requires an argument: " letter)
					value = ARGV[i] ""
				}
				set_directory(letter, value)
				break
			}
			set_flag(letter)
		}
	}
	return i
}

function wrong_option(text) {
	if (text != "") printf "uci: %s\n", text > "/dev/stderr"
	usage()
	exit 0
}

function set_flag(letter) {
	if (letter == "m") MERGE_IMPORT = 1
	else if (letter == "n") EXPORT_NAMES = 1
	else if (letter == "N") EXPORT_NAMES = 0
	else if (letter == "q") QUIET = 1
	else if (letter == "s") STRICT = 1
	else if (letter == "S") {
		STRICT = 0
		TOLERANT = 1
	} else if (letter == "X") EXTENDED = 0
	else wrong_option(letter == "L" ? "" : "unrecognized option: " letter)
}

function set_directory(letter, value) {
	if (letter == "c") CONFIG_DIR = value
	else if (letter == "d") DELIMITER = value
	else if (letter == "f") set_input(value)
	else if (letter == "p") add_delta_dir(value)
	else save_into(value)
	if (letter == "P") NO_COMMIT = 1
}

function set_input(path,    line) {
	if (INPUT != "/dev/stdin") {
		complain("Too many input files.\n")
		exit 1
	}
	INPUT = path
	if (system("[ -r " shell_quoted(path) " ]") != 0) {
		complain("uci: " (system("[ -e " shell_quoted(path) " ]") ? "No such file or directory" : "Permission denied"))
		exit 1
	}
}

# One more directory of deltas, in front of the one that is written to.
function add_delta_dir(path,    i) {
	for (i = 1; i <= DELTA_DIRS; i++)
		if (DELTA_DIR[i] == path) return
	DELTA_DIR[DELTA_DIRS + 1] = DELTA_DIR[DELTA_DIRS]
	DELTA_DIR[DELTA_DIRS++] = path
}

# Moves the directory to the end, which makes it the one that is written to.
function save_into(path,    i, n) {
	for (i = 1; i <= DELTA_DIRS; i++)
		if (DELTA_DIR[i] != path) DELTA_DIR[++n] = DELTA_DIR[i]
	DELTA_DIR[DELTA_DIRS = n + 1] = path
}
