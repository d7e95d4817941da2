#!/bin/sh
# What .config says beyond the defaults: enough to make the same .config again.
cd "$(dirname "$0")/.." && exec ./scripts/config.pl diff
