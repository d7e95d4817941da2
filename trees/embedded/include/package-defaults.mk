# What a package is, and how it is built, where it does not say so itself.

define Package/Default
  CONFIGFILE:=
  SECTION:=opt
  CATEGORY:=Extra packages
  SUBMENU:=
  SUBMENUDEP:=
  DEPENDS:=
  MDEPENDS:=
  CONFLICTS:=
  PROVIDES:=
  EXTRA_DEPENDS:=
  MAINTAINER:=$(PKG_MAINTAINER)
  SOURCE:=$(if $(PKG_BUILD_SUBDIR),$(PKG_BUILD_SUBDIR),$(patsubst $(TOPDIR)/%,%,$(CURDIR)))
  VERSION:=$(if $(PKG_VERSION),$(PKG_VERSION)$(if $(PKG_RELEASE),-$(PKG_RELEASE)),$(PKG_RELEASE))
  ABI_VERSION:=$(PKG_ABI_VERSION)
  PKGARCH:=$(ARCH_PACKAGES)
  PKGFLAGS:=
  PRIORITY:=optional
  DEFAULT:=
  MENU:=
  TITLE:=
  URL:=$(PKG_URL)
  KCONFIG:=
  BUILDONLY:=
  HIDDEN:=
  USERID:=
  ALTERNATIVES:=
  LICENSE:=$(PKG_LICENSE)
  LICENSE_FILES:=$(PKG_LICENSE_FILES)
  VARIANT:=
  DEFAULT_VARIANT:=
  FILES:=
  AUTOLOAD:=
endef

# An archive's top directory is $(PKG_NAME)-$(PKG_VERSION), as $(PKG_BUILD_DIR).
unpack_into = $(dir $(PKG_BUILD_DIR:%/=%))
define unpack_source
	$(if $(filter %.zip,$(PKG_SOURCE)),unzip -q -o -d $(unpack_into) $(DL_DIR)/$(PKG_SOURCE),tar -C $(unpack_into) -xf $(DL_DIR)/$(PKG_SOURCE))
endef

define Build/Prepare/Default
	$(if $(strip $(PKG_SOURCE)),$(if $(PKG_UNPACK),$(PKG_UNPACK),$(unpack_source)))
	$(if $(wildcard ./src/.),$(CP) ./src/. $(PKG_BUILD_DIR)/)
	$(Build/Patch)
endef

define Build/Patch
	$(foreach patch,$(sort $(wildcard $(if $(PATCH_DIR),$(PATCH_DIR),./patches)/*.patch)),$(SCRIPT_DIR)/apply-patch.sh $(PKG_BUILD_DIR) $(patch)$(newline))
endef

TARGET_CONFIGURE_ARGS = \
	--prefix=/usr --exec-prefix=/usr --bindir=/usr/bin --sbindir=/usr/sbin --libexecdir=/usr/lib \
	--sysconfdir=/etc --datadir=/usr/share --localstatedir=/var --mandir=/usr/man --infodir=/usr/info
CONFIGURE_ARGS ?= $(TARGET_CONFIGURE_ARGS)
CONFIGURE_VARS ?= $(TARGET_CONFIGURE_OPTS) CFLAGS="$(TARGET_CFLAGS) $(EXTRA_CFLAGS)" CXXFLAGS="$(TARGET_CXXFLAGS) $(EXTRA_CXXFLAGS)" \
	CPPFLAGS="$(TARGET_CPPFLAGS) $(EXTRA_CPPFLAGS)" LDFLAGS="$(TARGET_LDFLAGS) $(EXTRA_LDFLAGS)" \
	PKG_CONFIG_PATH="$(STAGING_DIR)/usr/lib/pkgconfig"

define Build/Configure/Default
	cd $(PKG_BUILD_DIR)/$(CONFIGURE_PATH) && if [ -x ./configure ]; then $(CONFIGURE_VARS) ./configure $(CONFIGURE_ARGS) $(1); fi
endef

MAKE_VARS ?= CFLAGS="$(TARGET_CFLAGS) $(EXTRA_CFLAGS) $(TARGET_CPPFLAGS) $(EXTRA_CPPFLAGS)" \
	CXXFLAGS="$(TARGET_CXXFLAGS) $(EXTRA_CXXFLAGS) $(TARGET_CPPFLAGS) $(EXTRA_CPPFLAGS)" \
	LDFLAGS="$(TARGET_LDFLAGS) $(EXTRA_LDFLAGS)"
MAKE_FLAGS ?= $(TARGET_CONFIGURE_OPTS) CROSS="$(TARGET_CROSS)" ARCH="$(ARCH)"
MAKE_INSTALL_FLAGS ?= $(MAKE_FLAGS) DESTDIR="$(PKG_INSTALL_DIR)"

define Build/Compile/Default
	+$(MAKE_VARS) MAKEFLAGS='$(PKG_MAKEFLAGS)' $(MAKE) $(PKG_JOBS) -C $(PKG_BUILD_DIR)/$(MAKE_PATH) $(MAKE_FLAGS) $(1)
endef

define Build/Install/Default
	$(MAKE_VARS) MAKEFLAGS= $(MAKE) -j1 -C $(PKG_BUILD_DIR)/$(MAKE_PATH) $(MAKE_INSTALL_FLAGS) $(if $(1),$(1),install)
endef

define Build/Prepare
	$(call Build/Prepare/Default,)
endef

define Build/Configure
	$(call Build/Configure/Default,)
endef

# Without sources there is nothing to compile: a package of plain files needs
# no Build/Compile of its own.
define Build/Compile
	$(if $(wildcard $(PKG_BUILD_DIR)/$(MAKE_PATH)/[Mm]akefile $(PKG_BUILD_DIR)/$(MAKE_PATH)/GNUmakefile),$(call Build/Compile/Default,))
endef

define Build/Install
	$(if $(PKG_INSTALL),$(call Build/Install/Default,))
endef

define Build/InstallDev
endef

define Build/Clean
endef
