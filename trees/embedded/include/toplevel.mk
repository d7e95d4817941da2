# First pass: what must be true before the packages can be looked at.

include $(TOPDIR)/include/verbose.mk

ifneq ($(shell umask 2>/dev/null),0022)
  SHELL_UMASK := umask 022;
endif

.DEFAULT_GOAL := world
.NOTPARALLEL:
FORCE: ;

staging_dir/host/.prereq-build: include/prereq.list $(wildcard target/linux/prereq.list)
	@./scripts/prereq.pl $^ || { \
		echo 'Prerequisite check failed. Use FORCE=1 to override.'; \
		[ '$(FORCE)' = 1 ]; \
	}
	@mkdir -p $(@D) && touch $@

prepare-tmpinfo: staging_dir/host/.prereq-build FORCE
	@./scripts/package-metadata.pl scan package
	@./scripts/package-metadata.pl mk

.config: | prepare-tmpinfo
	@[ -e .config ] || { $(SHELL_UMASK) ./scripts/config.pl defconfig; }

defconfig: prepare-tmpinfo
	@[ -e .config ] || : > .config
	@./scripts/config.pl defconfig

oldconfig config: prepare-tmpinfo
	@[ -e .config ] || : > .config
	@./scripts/config.pl defconfig $(CONFDEFAULT)

prepare-mk: staging_dir/host/.prereq-build

prereq: prepare-tmpinfo .config

# Everything that is built, is built in the second pass.
second_pass = $(SHELL_UMASK) OPENWRT_BUILD=1 $(MAKE)
ifneq ($(VERBOSE),)
  run_second_pass = +@$(second_pass) -w -r $(1)
else
  run_second_pass = +@{ printf ' make[%d] %s\n' 1 '$(1)' >&8; \
	$(second_pass) --no-print-directory -r $(1) </dev/null $(submake_silent); } 8>&1 9>&2 || { \
	echo "make -r $(1): build failed. Please re-run make with -j1 V=s or V=sc for a higher verbosity level to see what's going on"; \
	false; }
endif

download: prepare-tmpinfo .config
	$(call run_second_pass,package/download)
	$(call run_second_pass,target/download)

clean dirclean targetclean:
	+@OPENWRT_BUILD=1 $(MAKE) -s --no-print-directory -r $@

tmpinfo-clean:
	@rm -rf tmp/info tmp/.packageinfo tmp/.packagedeps

distclean:
	@rm -rf bin build_dir .config .config.old dl feeds logs package/feeds staging_dir tmp

package/symlinks:
	@./scripts/feeds update -a
	@./scripts/feeds install -a

package/symlinks-install:
	@./scripts/feeds update -i
	@./scripts/feeds install -a

package/symlinks-clean:
	@./scripts/feeds uninstall -a

# The lock of Debian's packages, brought to the mirror's versions of today.
debian-update:
	@TOPDIR=$(TOPDIR) ./scripts/debian-fetch --update --dl \
		"$$(sed -n 's/^CONFIG_DOWNLOAD_FOLDER="\(..*\)"$$/\1/p' .config 2>/dev/null | grep . || echo dl)"

help:
	@cat README.md

# Every other goal is the second pass's.
first_pass_goals := FORCE help prereq download debian-update clean dirclean targetclean distclean tmpinfo-clean \
	defconfig oldconfig config prepare-mk prepare-tmpinfo .config \
	package/symlinks package/symlinks-install package/symlinks-clean staging_dir/host/.prereq-build
second_pass_goals := $(filter-out $(first_pass_goals),$(if $(MAKECMDGOALS),$(MAKECMDGOALS),world))

$(second_pass_goals): prepare-tmpinfo .config FORCE
	@./scripts/config.pl check
	$(call run_second_pass,$@)

.PHONY: $(filter-out .config staging_dir/%,$(first_pass_goals)) $(second_pass_goals)
