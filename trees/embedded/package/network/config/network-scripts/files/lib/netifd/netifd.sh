# shellcheck shell=dash disable=SC1091,SC2015,SC3043
# Everything, in one source line.
NETIFD_LIB="${NETIFD_LIB:-/lib/netifd}"
. "$NETIFD_LIB/check.sh"
. "$NETIFD_LIB/state.sh"
. "$NETIFD_LIB/plan.sh"
. "$NETIFD_LIB/device.sh"
. "$NETIFD_LIB/lines.sh"
. "$NETIFD_LIB/interface.sh"
. "$NETIFD_LIB/hotplug.sh"
. "$NETIFD_LIB/reload.sh"
. "$NETIFD_LIB/status.sh"
