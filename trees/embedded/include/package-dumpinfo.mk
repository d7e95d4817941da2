# What a package says about itself, for tmp/.packageinfo.

ifneq ($(DUMP),)

# A line "Field: value", or nothing without a value.
dump_field = $(if $(strip $(2)),$(1): $(strip $(2))$(newline))
dump_source = $(call dump_field,Build-Depends,$(PKG_BUILD_DEPENDS))$(call dump_field,Build-Types,$(BUILD_TYPES))$(newline)

# Every program needs the C library, but for the package that is the C library.
dump_libc = $(if $(filter toolchain libc glibc,$(PKG_NAME)),,+libc)

define Dumpinfo/Package
$(info $(if $(dump_source_done),,$(dump_source))Package: $(1)
$(call dump_field,Menu,$(MENU))$(call dump_field,Submenu,$(SUBMENU))$(call dump_field,Submenu-Depends,$(SUBMENUDEP))$(call dump_field,Default,$(DEFAULT))Version: $(VERSION)
Depends: $(strip $(dump_libc) $(DEPENDS))
Conflicts: $(CONFLICTS)
Menu-Depends: $(MDEPENDS)
Provides: $(PROVIDES)
$(call dump_field,Build-Variant,$(VARIANT))$(if $(filter 1 y,$(DEFAULT_VARIANT)),$(call dump_field,Default-Variant,$(VARIANT)))Section: $(SECTION)
Category: $(CATEGORY)
Repository: $(if $(FEED),$(FEED),base)
Title: $(TITLE)
Maintainer: $(MAINTAINER)
$(call dump_field,Require-User,$(USERID))Source: $(PKG_SOURCE)
$(call dump_field,License,$(LICENSE))$(call dump_field,LicenseFiles,$(LICENSE_FILES))$(call dump_field,CPE-ID,$(PKG_CPE_ID))$(call dump_field,Debian,$(PKG_DEBIAN))Type: ipkg
$(call dump_field,Build-Only,$(BUILDONLY))$(call dump_field,Hidden,$(HIDDEN))Description: $(if $(Package/$(1)/description),$(Package/$(1)/description),$(TITLE))
$(if $(URL),$(URL)$(newline))$(MAINTAINER)
@@
$(if $(Package/$(1)/config),Config:
$(Package/$(1)/config)
@@
))$(eval dump_source_done := 1)
endef

.PHONY: dumpinfo
dumpinfo:
	@:
	$(info Makefile-List: $(filter-out Makefile ./Makefile,$(MAKEFILE_LIST)))

endif
