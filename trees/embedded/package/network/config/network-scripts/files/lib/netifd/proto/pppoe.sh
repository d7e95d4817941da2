# shellcheck shell=dash disable=SC2015
# Refused, and named so: this image has no PPP. A provider's modem as a router, or a bridge in front, does the dialling.
proto_setup() { add_error "$1" proto INVALID_PROTO pppoe; return 1; }
proto_refresh() { :; }
proto_teardown() { :; }
