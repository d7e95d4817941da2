# How much is shown.
#
#   (nothing)  one line per sub-make, " make[3] -C package/x compile"; the
#              output of the packages is dropped (or goes to logs/)
#   V=w        the same, and what the packages write to stderr
#   V=s        everything (V=99 and V=sc are the same)
#
# File descriptor 8 is the terminal wherever descriptor 1 has been redirected.

ifeq ($(origin V),command line)
  OPENWRT_VERBOSE := $(if $(filter 1,$(V)),w,$(if $(filter 99,$(V)),s,$(V)))
endif
export OPENWRT_VERBOSE

ifneq ($(findstring s,$(OPENWRT_VERBOSE)),)
  VERBOSE := 1
  submake_silent :=
  # $(call message,text)
  message = printf '%s\n' '$(1)'
  # $(call submake,arguments): a sub-make, announced when nothing else shows it.
  submake = +@$(MAKE) -w $(1)
else
  VERBOSE :=
  submake_silent := >/dev/null $(if $(findstring w,$(OPENWRT_VERBOSE)),,2>&1)
  message = printf '%s\n' '$(1)' >&8
  submake = +@printf ' make[%d] %s\n' $$(($(MAKELEVEL)+1)) '$(strip $(filter-out -r,$(1)))' >&8; $(MAKE) --no-print-directory $(1)
endif
