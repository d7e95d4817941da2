# {"method": {"argument": "type"}} as "ubus -v list" shows it. With parse.awk.
END {
	root = json_parse(json_input)
	for (i = 1; i <= count[root]; i++) {
		method = member[root, i]
		line = ""
		for (j = 1; j <= count[method]; j++)
			line = line (j > 1 ? "," : "") json_quote(key[method, j]) ":" json_quote(kind(member[method, j]))
		printf "\t%s:{%s}\n", json_quote(key[root, i]), line
	}
}

function kind(node, name) {
	name = value[node]
	if (type[node] == "number") name = "int"
	if (type[node] == "boolean") name = "bool"
	return toupper(substr(name, 1, 1)) substr(name, 2)
}
