# shellcheck shell=busybox
# The device is up, and that is all. Also what an unknown protocol becomes.
proto_setup() { commit_interface "$1" </dev/null; }
proto_refresh() { proto_setup "$1" "$2"; }
proto_teardown() { :; }
