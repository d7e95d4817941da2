# SPDX-License-Identifier: Apache-2.0
# Packages, sections, options and list items: linked lists of numbered elements.
#
# A list hangs on a head: a package's name for its sections, a section's number for its options, an
# option's number for its items. NAME[x] is an element's name (an item's value); a section has KIND[]
# (its type) and ANONYMOUS[], an option VALUE[] or, when IS_LIST[], items. A name may occur twice in a
# list (after a rename); the first one is found.

function append(head, name,    x) {
	x = ++ELEMENTS
	HEAD[x] = head
	NAME[x] = name
	link_after(head, LAST[head], x)
	index_name(head, name, x)
	return x
}

# Puts x behind another element of the list, or in front of all with 0.
function link_after(head, before, x,    after) {
	before += 0
	after = (before ? NEXT[before] : FIRST[head]) + 0
	PREVIOUS[x] = before
	NEXT[x] = after
	if (before) NEXT[before] = x
	else FIRST[head] = x
	if (after) PREVIOUS[after] = x
	else LAST[head] = x
}

function unlink_element(x,    head) {
	head = HEAD[x]
	if (PREVIOUS[x]) NEXT[PREVIOUS[x]] = NEXT[x]
	else FIRST[head] = NEXT[x]
	if (NEXT[x]) PREVIOUS[NEXT[x]] = PREVIOUS[x]
	else LAST[head] = PREVIOUS[x]
}

function index_name(head, name, x) {
	if (COUNT[head, name]++ == 0) PLACE[head, name] = x
	else PLACE[head, name] = 0
}

function unindex_name(head, name) {
	COUNT[head, name]--
	PLACE[head, name] = 0
}

# The first element of that name, or 0.
function find(head, name,    x) {
	if (!((head, name) in COUNT) || COUNT[head, name] == 0) return 0
	if (PLACE[head, name]) return PLACE[head, name]
	for (x = FIRST[head]; x && NAME[x] != name; x = NEXT[x]);
	return PLACE[head, name] = x
}

function remove(x) {
	unlink_element(x)
	unindex_name(HEAD[x], NAME[x])
}

function rename_element(x, name) {
	unindex_name(HEAD[x], NAME[x])
	NAME[x] = name
	index_name(HEAD[x], name, x)
	PLACE[HEAD[x], name] = 0
}

function new_package(p,    x, s) {
	for (s = FIRST[p]; s; s = NEXT[s]) COUNT[p, NAME[s]] = 0
	FIRST[p] = LAST[p] = 0
	SECTIONS[p] = 0
	PENDING[p] = ""
	LOADED[p] = 1
}

function new_section(p, type, name,    s) {
	SECTIONS[p]++
	s = append(p, name)
	KIND[s] = type
	ANONYMOUS[s] = 0
	return s
}

# An anonymous section is named by its place and a hash of its type.
function new_anonymous(p, type,    s) {
	s = new_section(p, type, sprintf("cfg%02x%04x", SECTIONS[p] + 1, hash16(type)))
	ANONYMOUS[s] = 1
	return s
}

function new_option(s, name, value,    o) {
	o = append(s, name)
	VALUE[o] = value
	IS_LIST[o] = 0
	return o
}

function new_list(s, name,    o) {
	o = append(s, name)
	IS_LIST[o] = 1
	return o
}

function make_list(o) {
	IS_LIST[o] = 1
	FIRST[o] = LAST[o] = 0
	add_item(o, VALUE[o])
}

function add_item(o, value,    x) {
	x = ++ELEMENTS
	HEAD[x] = o
	NAME[x] = value
	link_after(o, LAST[o], x)
}

# The n-th item, from 0; 0 when there is none.
function item_at(o, n,    x) {
	if (n < 0) return 0
	for (x = FIRST[o]; x && n > 0; x = NEXT[x]) n--
	return x + 0
}

# The n-th section of a type (of any type when it is empty), from the end when n is negative.
function section_at(p, type, n,    s, c) {
	if (n < 0)
		for (s = FIRST[p]; s; s = NEXT[s])
			if (type == "" || KIND[s] == type) n++
	for (s = FIRST[p]; s; s = NEXT[s])
		if ((type == "" || KIND[s] == type) && c++ == n) return s
	return 0
}

# Moves a section; returns whether that changed the order.
function move_section(s, position,    p, old, before, x) {
	p = HEAD[s]
	old = PREVIOUS[s] + 0
	unlink_element(s)
	for (x = FIRST[p]; x && position-- > 0; x = NEXT[x]) before = x
	link_after(p, before, s)
	# Among sections of one name the first counts, and that may be another now.
	PLACE[p, NAME[s]] = 0
	return old != before + 0
}
