#!/bin/sh
# shellcheck shell=dash
# What a console gives: a root shell, or a login when
# system.@system[0].ttylogin is 1.

export PATH=/usr/sbin:/usr/bin:/sbin:/bin
cd /root || cd /
[ "$(uci -q get system.@system[0].ttylogin)" = 1 ] && exec /bin/login
export HOME=/root USER=root LOGNAME=root SHELL=/bin/ash TERM="${TERM:-linux}"
exec /bin/ash -l
