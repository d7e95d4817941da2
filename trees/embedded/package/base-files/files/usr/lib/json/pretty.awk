# A document with indentation. With parse.awk.
END {
	root = json_parse(json_input)
	if (root == 0) exit 1
	print json_print(root, "\n")
}
