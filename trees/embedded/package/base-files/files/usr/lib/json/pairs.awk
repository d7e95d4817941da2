# The members of a flat object, "name=value" each. With parse.awk.
END {
	root = json_parse(json_input)
	for (i = 1; i <= count[root]; i++) print key[root, i] "=" value[member[root, i]]
}
