# Included by every package after its PKG_* variables.
#
# With DUMP=1 a package only describes itself (package-dumpinfo.mk). Otherwise
# its targets are download, prepare, configure, compile, install and clean, each
# step leaving a stamp in $(PKG_BUILD_DIR) when, and only when, it has ended.

__package_mk := 1

PKG_NAME ?= $(notdir $(CURDIR))
# A variant is built in a directory of its own.
PKG_BUILD_DIR ?= $(BUILD_DIR)/$(if $(BUILD_VARIANT),$(PKG_NAME)-$(BUILD_VARIANT)/)$(PKG_NAME)$(if $(PKG_VERSION),-$(PKG_VERSION))
PKG_INSTALL_DIR ?= $(PKG_BUILD_DIR)/ipkg-install
PKG_SKIP_DOWNLOAD ?=
PKG_SOURCE_DATE_EPOCH ?= $(SOURCE_DATE_EPOCH)
MAKE_PATH ?= .
CONFIGURE_PATH ?= .

# -jN reaches a package's own make through the job server; without
# PKG_BUILD_PARALLEL it is kept to one job, as OpenWrt keeps it.
ifneq ($(PKG_BUILD_PARALLEL),)
  PKG_JOBS :=
  PKG_MAKEFLAGS = $(filter -j% --jobserver%,$(MAKEFLAGS))
else
  PKG_JOBS := -j1
  PKG_MAKEFLAGS =
endif

include $(INCLUDE_DIR)/download.mk
include $(INCLUDE_DIR)/package-defaults.mk
include $(INCLUDE_DIR)/package-dumpinfo.mk
include $(INCLUDE_DIR)/package-ipkg.mk

# Packages made of Debian's binaries set PKG_DEBIAN.
ifneq ($(PKG_DEBIAN),)
  -include $(INCLUDE_DIR)/debian.mk
endif

ifeq ($(DUMP),)
  # What the package is made of (its directory's contents, the build's options it
  # looks at) is part of the stamps' names: a change prepares it afresh.
  package_config := $(foreach symbol,$(PKG_CONFIG_DEPENDS),$(symbol)=$(call qstrip,$($(symbol))))
  package_hash := $(shell $(SCRIPT_DIR)/package-hash.pl . '$(package_config)' '$(PKG_EXTRA_INPUTS)')

  STAMP_PREPARED := $(PKG_BUILD_DIR)/.prepared_$(package_hash)
  STAMP_CONFIGURED := $(PKG_BUILD_DIR)/.configured
  STAMP_BUILT := $(PKG_BUILD_DIR)/.built
  STAMP_INSTALLED := $(STAGING_DIR)/stamp/.$(PKG_NAME)$(if $(BUILD_VARIANT),.$(BUILD_VARIANT))_installed

  STAGING_FILES_LIST := $(PKG_NAME)$(if $(BUILD_VARIANT),.$(BUILD_VARIANT)).list
  staging_temporary := $(TMP_DIR)/stage-$(PKG_NAME)$(if $(BUILD_VARIANT),.$(BUILD_VARIANT))

  # Another package's staged headers and libraries, where this one builds on them.
  staged_inputs := $(wildcard $(foreach dep,$(PKG_BUILD_DEPENDS),$(STAGING_DIR)/stamp/.$(notdir $(dep))_installed))
endif

run_hooks = $(foreach hook,$(Hooks/$(1)),$(call $(hook))$(newline))

# The rules need the package's own definitions, which follow this include, so
# they are made by the first BuildPackage.
define Build/DefaultTargets
  ifeq ($(DUMP),)
    Build/DefaultTargets :=

    .PHONY: download prepare configure dist compile install clean check refresh update
    .DELETE_ON_ERROR:

    download: $$(package_downloads)
	$$(call run_hooks,Download)

    $$(STAMP_PREPARED): $$(package_downloads)
	rm -rf $$(PKG_BUILD_DIR)
	mkdir -p $$(PKG_BUILD_DIR)
	$$(call run_hooks,Prepare/Pre)
	$$(Build/Prepare)
	$$(call run_hooks,Prepare/Post)
	touch $$@

    $$(STAMP_CONFIGURED): $$(STAMP_PREPARED) $$(staged_inputs)
	$$(call run_hooks,Configure/Pre)
	$$(Build/Configure)
	$$(call run_hooks,Configure/Post)
	touch $$@

    $$(STAMP_BUILT): $$(STAMP_CONFIGURED)
	$$(call run_hooks,Compile/Pre)
	$$(Build/Compile)
	$$(call run_hooks,Compile/Post)
	$$(Build/Install)
	touch $$@

    # Staged under one lock: parallel packages write to the same directories.
    $$(STAMP_INSTALLED): $$(STAMP_BUILT)
	rm -rf $$(staging_temporary)
	mkdir -p $$(staging_temporary) $$(STAGING_DIR)/stamp $$(STAGING_DIR)/packages
	$$(call run_hooks,InstallDev/Pre)
	$$(call Build/InstallDev,$$(staging_temporary),$$(STAGING_DIR_HOST))
	$$(call run_hooks,InstallDev/Post)
	(cd $$(staging_temporary) && find . ! -type d -print) | LC_ALL=C sort > $$(STAGING_DIR)/packages/$$(STAGING_FILES_LIST)
	$$(call locked,$$(CP) $$(staging_temporary)/. $$(STAGING_DIR)/,staging-dir)
	rm -rf $$(staging_temporary)
	touch $$@

    prepare: $$(STAMP_PREPARED)
    configure: $$(STAMP_CONFIGURED)
    compile: $$(STAMP_INSTALLED)
    install: compile

    clean:
	$$(Build/Clean)
	$$(if $$(wildcard $$(STAGING_DIR)/packages/$$(STAGING_FILES_LIST)),cd $$(STAGING_DIR) && xargs -r -d '\n' rm -f < packages/$$(STAGING_FILES_LIST))
	rm -rf $$(PKG_BUILD_DIR) $$(STAMP_INSTALLED) $$(staging_temporary) $$(STAGING_DIR)/packages/$$(STAGING_FILES_LIST)

    check refresh update: ;
  endif
endef

define BuildPackage
  $(eval $(Package/Default))
  $(eval $(Package/$(1)))
  $(foreach field,TITLE CATEGORY SECTION VERSION, \
    $(if $($(field)),,$(error Package/$(1) is missing the $(field) field)))
  $(if $(DUMP), \
    $(if $(filter 0,$(CHECK)),,$(Dumpinfo/Package)), \
    $(if $(Build/DefaultTargets),$(eval $(Build/DefaultTargets))) \
    $(eval $(call Package/Targets,$(1))))
endef

# Kernel modules as packages: KernelPackage/NAME describes kmod-NAME.
define KernelPackage
  $(eval define Package/kmod-$(1)
    SECTION:=kernel
    CATEGORY:=Kernel modules
    $(KernelPackage/$(1))
  endef)
  $(eval Package/kmod-$(1)/description = $$(KernelPackage/$(1)/description))
  $(eval Package/kmod-$(1)/install = $$(KernelPackage/$(1)/install))
  $(call BuildPackage,kmod-$(1))
endef

# A bare "make" in a package's directory describes it, or compiles it.
ifneq ($(DUMP),)
  .DEFAULT_GOAL := dumpinfo
else
  .DEFAULT_GOAL := compile
endif
