# A JSON document as assignments for jshn.sh. With parse.awk.
#   prefix, first: the variables' prefix, and the number of the root node.

function shell_word(text, parts, total, i, out) {
	total = split(text, parts, "'")
	out = parts[1]
	for (i = 2; i <= total; i++) out = out "'\\''" parts[i]
	return "'" out "'"
}

function emit(node, i, child, name, names, kind, mangled) {
	for (i = 1; i <= count[node]; i++) {
		child = member[node, i]
		name = type[node] == "array" ? i : key[node, i]
		mangled = name
		gsub(/[^A-Za-z0-9_]/, "_", mangled)
		names = names " " mangled
		kind = type[child]
		if (kind == "number") kind = value[child] ~ /[.eE]/ ? "double" : "int"
		if (kind == "boolean") value[child] = value[child] == "true" ? 1 : 0
		printf "%sT_%d_%s=%s\n", prefix, number[node], mangled, kind
		printf "%sN_%d_%s=%s\n", prefix, number[node], mangled, shell_word(name)
		if (kind == "object" || kind == "array") {
			number[child] = ++next_number
			printf "%sV_%d_%s=%d\n", prefix, number[node], mangled, number[child]
			emit(child)
		} else printf "%sV_%d_%s=%s\n", prefix, number[node], mangled, shell_word(value[child])
	}
	printf "%sK_%d=%s\n", prefix, number[node], shell_word(substr(names, 2))
	printf "%sU_%d=%s\n", prefix, number[node], type[node]
}

END {
	root = json_parse(json_input)
	if (root == 0 || (type[root] != "object" && type[root] != "array")) exit 1
	next_number = first
	number[root] = first
	emit(root)
	printf "_json_last=%d\n", next_number
}
