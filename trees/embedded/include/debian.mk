# Packages made of Debian's binaries. Included by package.mk when PKG_DEBIAN is
# set: the Debian packages (scripts/debian-fetch says what a SPEC is) that are
# unpacked into $(PKG_BUILD_DIR).
#
# A package's version is Debian's, without its epoch:
#   $(call debian_version,NAME)     of one Debian package
#   PKG_VERSION                     of the first of PKG_DEBIAN, unless the package sets it
# DEBIAN_BIN, DEBIAN_SBIN, DEBIAN_LIB  where programs and libraries lie in it.

DEBIAN_BIN = $(PKG_BUILD_DIR)/usr/bin
DEBIAN_SBIN = $(PKG_BUILD_DIR)/usr/sbin
DEBIAN_LIB = $(PKG_BUILD_DIR)/usr/lib/x86_64-linux-gnu

debian_fetch := TOPDIR=$(TOPDIR) $(SCRIPT_DIR)/debian-fetch --dl $(DL_DIR)
debian_resolved := $(TMP_DIR)/debian/$(PKG_NAME).versions

# A first look at a name asks the mirror; cleaning must not.
ifeq ($(DUMP)$(filter clean,$(MAKECMDGOALS)),)
  debian_versions := $(shell mkdir -p $(TMP_DIR)/debian && $(debian_fetch) --versions $(debian_resolved) $(PKG_DEBIAN))
  PKG_EXTRA_INPUTS += $(debian_resolved)
endif
debian_version = $(or $(strip $(foreach pair,$(debian_versions),$(if $(filter $(1)=%,$(pair)),$(patsubst $(1)=%,%,$(pair))))),0)

PKG_VERSION ?= $(call debian_version,$(firstword $(subst :, ,$(firstword $(PKG_DEBIAN)))))

define debian_download
	$(debian_fetch) $(PKG_DEBIAN)
endef
Hooks/Download += debian_download

define Build/Prepare
	TOPDIR=$(TOPDIR) $(SCRIPT_DIR)/debian-unpack $(DL_DIR) $(PKG_BUILD_DIR) $(PKG_DEBIAN)
	$(if $(wildcard ./src/.),$(CP) ./src/. $(PKG_BUILD_DIR)/)
endef

define Build/Configure
endef

define Build/Compile
endef

# What the SBOM tells of a package: the Debian packages it was made of.
# $(1): the package, $(2): Debian's names
define DebianOrigin
	mkdir -p $(PKG_INFO_DIR)
	for name in $(2); do grep "^$$name " $(debian_resolved); done > $(PKG_INFO_DIR)/$(1).debian

endef
