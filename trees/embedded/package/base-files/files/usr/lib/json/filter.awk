# jsonfilter: what a path says about a document. With parse.awk.
#
# A path: @ (or $) is the document; .name, ["name"], [3], [-1], [*] and .* go
# down; [EXPRESSION] keeps the members for which it holds, where @ is the
# member: =, !=, <, <=, >, >=, &&, ||, !, (), and a path alone (it exists).
# A list of nodes is a text of numbers, " 4 7 9".

function path_next(c) {
	return substr(path, at, 1)
}

function path_space() {
	while (path_next() == " ") at++
}

# Walks the path from `at` on, and returns the nodes reached.
function path_walk(current, list, c, name, inner) {
	c = path_next()
	at++
	list = c == "$" ? " " document : " " current
	while (1) {
		c = path_next()
		if (c == ".") {
			at++
			if (path_next() == "*") {
				at++
				list = all_members(list)
			} else list = named(list, path_name())
		} else if (c == "[") {
			at++
			path_space()
			c = path_next()
			if (c == "*") {
				at++
				list = all_members(list)
			} else if (c == "\"" || c == "'") list = named(list, path_string())
			else if (c ~ /[-0-9]/) list = indexed(list, path_number())
			else list = kept(list)
			path_space()
			if (path_next() != "]") return path_bad()
			at++
		} else return list
	}
}

function path_bad() {
	failed = 1
	return ""
}

function path_name(rest) {
	rest = substr(path, at)
	if (!match(rest, /^[A-Za-z_][A-Za-z0-9_]*/)) return path_bad()
	at += RLENGTH
	return substr(rest, 1, RLENGTH)
}

function path_number(rest) {
	rest = substr(path, at)
	match(rest, /^-?[0-9]+(\.[0-9]+)?/)
	at += RLENGTH
	return substr(rest, 1, RLENGTH)
}

function path_string(quote, out, c) {
	quote = path_next()
	at++
	out = ""
	while ((c = path_next()) != quote) {
		if (c == "") return path_bad()
		if (c == "\\") {
			at++
			c = path_next()
		}
		out = out c
		at++
	}
	at++
	return out
}

function all_members(list, parts, total, i, j, out) {
	total = split(list, parts, " ")
	for (i = 1; i <= total; i++)
		for (j = 1; j <= count[parts[i]]; j++) out = out " " member[parts[i], j]
	return out
}

function named(list, name, parts, total, i, j, out) {
	total = split(list, parts, " ")
	for (i = 1; i <= total; i++) {
		if (type[parts[i]] != "object") continue
		for (j = 1; j <= count[parts[i]]; j++)
			if (key[parts[i], j] == name) out = out " " member[parts[i], j]
	}
	return out
}

function indexed(list, number, parts, total, i, j, out) {
	total = split(list, parts, " ")
	for (i = 1; i <= total; i++) {
		if (type[parts[i]] != "array") continue
		j = number < 0 ? count[parts[i]] + number + 1 : number + 1
		if (j >= 1 && j <= count[parts[i]]) out = out " " member[parts[i], j]
	}
	return out
}

# The members for which the expression at `at` holds.
function kept(list, parts, total, i, start, finish, out) {
	start = at
	total = split(all_members(list), parts, " ")
	if (total == 0) {
		# It is read all the same, to find its end.
		test_or(0)
		return ""
	}
	for (i = 1; i <= total; i++) {
		at = start
		if (test_or(parts[i])) out = out " " parts[i]
		finish = at
	}
	at = finish
	return out
}

function test_or(node, result, more) {
	result = test_and(node)
	while (substr(path, at, 2) == "||" || path_word("or")) {
		at += 2
		more = test_and(node)
		result = result || more
		path_space()
	}
	return result
}

function test_and(node, result, more) {
	result = test_one(node)
	path_space()
	while (substr(path, at, 2) == "&&" || path_word("and")) {
		at += substr(path, at, 2) == "&&" ? 2 : 3
		more = test_one(node)
		result = result && more
		path_space()
	}
	return result
}

function path_word(word) {
	return substr(path, at, length(word) + 1) == word " "
}

function test_one(node, result, sign) {
	path_space()
	if (path_next() == "!" && substr(path, at, 2) != "!=") {
		at++
		return !test_one(node)
	}
	if (path_next() == "(") {
		at++
		result = test_or(node)
		path_space()
		at++
		return result
	}
	operand(node)
	left_found = found
	left_text = said
	path_space()
	sign = substr(path, at, 2)
	if (sign == "!=" || sign == "<=" || sign == ">=" || sign == "==") at += 2
	else {
		sign = substr(path, at, 1)
		if (sign != "=" && sign != "<" && sign != ">") return left_found
		at++
	}
	return compare(sign, left_found, left_text, node)
}

function compare(sign, has, text, node, other) {
	path_space()
	operand(node)
	other = said
	if (!has || !found) return sign == "!=" && has != found
	if (sign == "=" || sign == "==") return text "" == other ""
	if (sign == "!=") return text "" != other ""
	if (text ~ /^-?[0-9.]+$/ && other ~ /^-?[0-9.]+$/) {
		text += 0
		other += 0
	}
	if (sign == "<") return text < other
	if (sign == ">") return text > other
	if (sign == "<=") return text <= other
	return text >= other
}

# Sets found and said: the first value of a path, or what is written there.
function operand(node, list, parts, rest) {
	found = 1
	rest = substr(path, at)
	if (rest ~ /^["']/) {
		said = path_string()
	} else if (rest ~ /^[@$]/) {
		list = path_walk(node)
		found = split(list, parts, " ") > 0
		said = found ? value[parts[1]] : ""
	} else if (match(rest, /^(true|false)/)) {
		said = substr(rest, 1, RLENGTH)
		at += RLENGTH
	} else if (rest ~ /^-?[0-9]/) {
		said = path_number()
	} else path_bad()
}

# shell_word TEXT: as one word of shell.
function shell_word(text, parts, total, i, out) {
	total = split(text, parts, "'")
	out = parts[1]
	for (i = 2; i <= total; i++) out = out "'\\''" parts[i]
	return "'" out "'"
}

function output(node, kind) {
	if (kind == "t") return type[node] == "number" ? (value[node] ~ /[.eE]/ ? "double" : "int") : type[node]
	return type[node] == "object" || type[node] == "array" ? json_print(node, "") : value[node]
}

# An expression: [VAR=]PATH. Prints what it finds, and says whether it did.
function expression(text, kind, variable, list, parts, total, i, out) {
	variable = ""
	if (match(text, /^[A-Za-z_][A-Za-z0-9_]*=/)) {
		variable = substr(text, 1, RLENGTH - 1)
		text = substr(text, RLENGTH + 1)
	}
	path = text
	at = 1
	failed = 0
	list = path ~ /^[@$]/ ? path_walk(document) : path_bad()
	if (failed || at <= length(path)) {
		print "jsonfilter: cannot read the path '" text "'" > "/dev/stderr"
		exit 2
	}
	total = split(list, parts, " ")
	for (i = 1; i <= total; i++) {
		if (variable == "") print output(parts[i], kind)
		else out = out (i > 1 ? separator : "") output(parts[i], kind)
		if (limit > 0 && i == limit) break
	}
	if (variable != "" && total > 0) printf "export %s=%s; ", variable, shell_word(out)
	return total > 0
}

BEGIN {
	for (n = 1; n < ARGC; n++) wanted[n] = ARGV[n]
	total = ARGC - 1
	ARGC = 1
	if (ENVIRON["JSON_FILE"] != "-") ARGV[ARGC++] = ENVIRON["JSON_FILE"]
}

END {
	document = json_parse(ENVIRON["JSON_STRING"] == "" ? json_input : ENVIRON["JSON_STRING"])
	if (document == 0) {
		if (!quiet) print "jsonfilter: the JSON cannot be read: " json_error > "/dev/stderr"
		exit 1
	}
	good = 0
	for (n = 1; n <= total; n++)
		if (expression(substr(wanted[n], 2), substr(wanted[n], 1, 1))) good = 1
	exit !good
}
