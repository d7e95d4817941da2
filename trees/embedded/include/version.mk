# What the image calls itself. Set in .config (CONFIG_VERSION_*), else here.

version_default = $(if $(call qstrip,$(1)),$(call qstrip,$(1)),$(2))
version_sanitize = $(shell printf '%s' '$(1)' | tr 'A-Z' 'a-z' | tr -c 'a-z0-9_.-' '-')

VERSION_DIST := $(call version_default,$(CONFIG_VERSION_DIST),otb-embedded)
VERSION_NUMBER := $(call version_default,$(CONFIG_VERSION_NUMBER),SNAPSHOT)
VERSION_NICK := $(VERSION_DIST)
VERSION_PRODUCT := $(call version_default,$(CONFIG_VERSION_PRODUCT),Generic)
VERSION_HWREV := $(call version_default,$(CONFIG_VERSION_HWREV),v0)
VERSION_MANUFACTURER := $(call version_default,$(CONFIG_VERSION_MANUFACTURER),$(VERSION_DIST))
VERSION_HOME_URL := $(call qstrip,$(CONFIG_VERSION_HOME_URL))

# The known defaults need no shell: this file is read once per package.
VERSION_DIST_SANITIZED := $(if $(filter otb-embedded,$(VERSION_DIST)),$(VERSION_DIST),$(call version_sanitize,$(VERSION_DIST)))

ifeq ($(DUMP),)
  ifeq ($(REVISION),)
    REVISION := $(shell $(SCRIPT_DIR)/getver.sh)
  endif
  export REVISION
endif
VERSION_CODE := $(call version_default,$(CONFIG_VERSION_CODE),$(REVISION))

# For files that carry placeholders: $(VERSION_SED_SCRIPT) file...
#   %D distribution %V number %C revision %R same %N nick %S target %A arch
#   %P product %h hardware revision %M manufacturer %u home page %T taints
VERSION_SED_SCRIPT = sed -i \
	-e 's,%D,$(VERSION_DIST),g' -e 's,%d,$(VERSION_DIST_SANITIZED),g' \
	-e 's,%V,$(VERSION_NUMBER),g' -e 's,%v,$(VERSION_NUMBER),g' \
	-e 's,%C,$(VERSION_CODE),g' -e 's,%c,$(VERSION_CODE),g' \
	-e 's,%R,$(REVISION),g' -e 's,%N,$(VERSION_NICK),g' -e 's,%n,$(VERSION_NICK),g' \
	-e 's,%S,$(BOARD)/$(SUBTARGET),g' -e 's,%A,$(ARCH_PACKAGES),g' \
	-e 's,%t,,g' -e 's,%T,,g' -e 's,%P,$(VERSION_PRODUCT),g' -e 's,%h,$(VERSION_HWREV),g' \
	-e 's,%M,$(VERSION_MANUFACTURER),g' -e 's,%u,$(VERSION_HOME_URL),g'
