# shellcheck shell=dash disable=SC2015
# The device is up, and that is all. Also what an unknown protocol becomes.
proto_setup() { LINES=''; commit_interface "$1"; }
proto_refresh() { proto_setup "$1"; }
proto_teardown() { :; }
