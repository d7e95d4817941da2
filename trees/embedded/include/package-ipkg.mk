# A binary package: its files, its control data, its archive.

# DEPENDS as the installer sees it: names only. "@SYMBOL" is the
# configuration's business; "COND:name" counts where the condition holds.
#   +x  x  → x      +COND:x → x if CONFIG_COND      @… → nothing
condition_holds = $(strip $(foreach alternative,$(subst ||,$(space),$(1)),$(call all_hold,$(subst &&,$(space),$(alternative)))))
all_hold = $(if $(filter n,$(foreach symbol,$(1),$(call symbol_holds,$(subst $(lparen),,$(subst $(rparen),,$(symbol)))))),,y)
symbol_holds = $(if $(filter !%,$(1)),$(if $(CONFIG_$(patsubst !%,%,$(1))),n,y),$(if $(CONFIG_$(1)),y,n))
lparen := (
rparen := )

dependency_words = $(foreach word,$(1),$(if $(findstring @,$(word)),,$(call dependency_word,$(patsubst +%,%,$(word)))))
dependency_word = $(if $(findstring :,$(1)),$(if $(call condition_holds,$(word 1,$(subst :,$(space),$(1)))),$(word 2,$(subst :,$(space),$(1)))),$(1))
libc_dependency = $(if $(filter toolchain libc glibc,$(PKG_NAME)),,libc)
comma_list = $(subst $(space),$(comma)$(space),$(strip $(1)))

ifeq ($(PKG_DEBIAN)$(NO_STRIP)$(CONFIG_NO_STRIP),)
  RSTRIP ?= $(SCRIPT_DIR)/strip-tree.sh
else
  RSTRIP ?= true
endif

# $(1): the package's name. Its fields (TITLE, DEPENDS, …) are set.
define Package/Targets
  ifeq ($(BUILD_VARIANT),$(if $(VARIANT),$(VARIANT),$(BUILD_VARIANT)))
  ifdef Package/$(1)/install
    IPKG_$(1) := $(PDIR)/$(1)_$(VERSION)_$(PKGARCH).ipk
    IDIR_$(1) := $(PKG_BUILD_DIR)/ipkg-$(PKGARCH)/$(1)

    ifneq ($(CONFIG_PACKAGE_$(1)),)
      compile: $(PKG_INFO_DIR)/$(1).ipk
    else
      compile: skipped-$(1)
      skipped-$(1): $(STAMP_BUILT) ; @echo 'WARNING: skipping $(1) -- package not selected'
    endif

    $(PDIR)/$(1)_$(VERSION)_$(PKGARCH).ipk: export IPK_PACKAGE := $(1)
    $(PDIR)/$(1)_$(VERSION)_$(PKGARCH).ipk: export IPK_VERSION := $(VERSION)
    $(PDIR)/$(1)_$(VERSION)_$(PKGARCH).ipk: export IPK_DEPENDS := $(call comma_list,$(filter-out $(1),$(call unique,$(EXTRA_DEPENDS) $(libc_dependency) $(call dependency_words,$(DEPENDS)))))
    $(PDIR)/$(1)_$(VERSION)_$(PKGARCH).ipk: export IPK_CONFLICTS := $(call comma_list,$(CONFLICTS))
    $(PDIR)/$(1)_$(VERSION)_$(PKGARCH).ipk: export IPK_PROVIDES := $(call comma_list,$(filter-out $(1),$(PROVIDES)))
    $(PDIR)/$(1)_$(VERSION)_$(PKGARCH).ipk: export IPK_ALTERNATIVES := $(call comma_list,$(ALTERNATIVES))
    $(PDIR)/$(1)_$(VERSION)_$(PKGARCH).ipk: export IPK_SOURCE := $(if $(BUILD_SUBDIR),$(BUILD_SUBDIR),$(SOURCE))
    $(PDIR)/$(1)_$(VERSION)_$(PKGARCH).ipk: export IPK_SOURCENAME := $(PKG_NAME)
    $(PDIR)/$(1)_$(VERSION)_$(PKGARCH).ipk: export IPK_LICENSE := $(LICENSE)
    $(PDIR)/$(1)_$(VERSION)_$(PKGARCH).ipk: export IPK_SECTION := $(SECTION)
    $(PDIR)/$(1)_$(VERSION)_$(PKGARCH).ipk: export IPK_REQUIRE_USER := $(USERID)
    $(PDIR)/$(1)_$(VERSION)_$(PKGARCH).ipk: export IPK_CPE_ID := $(PKG_CPE_ID)
    $(PDIR)/$(1)_$(VERSION)_$(PKGARCH).ipk: export IPK_MAINTAINER := $(MAINTAINER)
    $(PDIR)/$(1)_$(VERSION)_$(PKGARCH).ipk: export IPK_ARCHITECTURE := $(PKGARCH)
    $(PDIR)/$(1)_$(VERSION)_$(PKGARCH).ipk: export IPK_DESCRIPTION = $$(if $$(Package/$(1)/description),$$(Package/$(1)/description),$(TITLE))
    $(PDIR)/$(1)_$(VERSION)_$(PKGARCH).ipk: export IPK_CONFFILES = $$(Package/$(1)/conffiles)
    $(PDIR)/$(1)_$(VERSION)_$(PKGARCH).ipk: export IPK_PREINST = $$(Package/$(1)/preinst)
    $(PDIR)/$(1)_$(VERSION)_$(PKGARCH).ipk: export IPK_POSTINST = $$(Package/$(1)/postinst)
    $(PDIR)/$(1)_$(VERSION)_$(PKGARCH).ipk: export IPK_PRERM = $$(Package/$(1)/prerm)
    $(PDIR)/$(1)_$(VERSION)_$(PKGARCH).ipk: export IPK_POSTRM = $$(Package/$(1)/postrm)
    $(PDIR)/$(1)_$(VERSION)_$(PKGARCH).ipk: $(STAMP_BUILT)
	rm -rf $$(IDIR_$(1))
	mkdir -p $$(IDIR_$(1)) $(PKG_INFO_DIR) $(PDIR)
	$$(call Package/$(1)/install,$$(IDIR_$(1)))
	find $$(IDIR_$(1)) \( -name CVS -o -name .svn -o -name '.#*' -o -name '*~' \) -prune -exec rm -rf {} +
	$(RSTRIP) $$(IDIR_$(1))
	$(SCRIPT_DIR)/check-libraries.pl --package $(1) --pkginfo $(PKG_INFO_DIR) --provides '$(PROVIDES)' $$(IDIR_$(1)) $(call dependency_words,$(DEPENDS)) $(libc_dependency)
	$(SCRIPT_DIR)/ipk-build.pl $$(IDIR_$(1)) $$@

    # Where package/install finds it; older versions of it are taken away.
    $(PKG_INFO_DIR)/$(1).ipk: $(PDIR)/$(1)_$(VERSION)_$(PKGARCH).ipk $(STAMP_INSTALLED)
	@mkdir -p $$(@D)
	@printf '%s\n' '$(patsubst $(TOPDIR)/%,%,$(PDIR)/$(1)_$(VERSION)_$(PKGARCH).ipk)' > $$@.tmp
	@mv $$@.tmp $$@

    clean: clean-$(1)
    clean-$(1):
	rm -f $(PDIR)/$(1)_[0-9]*_$(PKGARCH).ipk $(PDIR)/$(1)_$(VERSION)_$(PKGARCH).ipk $(PKG_INFO_DIR)/$(1).ipk $(PKG_INFO_DIR)/$(1).provides
    .PHONY: clean-$(1) skipped-$(1)
  endif
  endif
endef

unique = $(strip $(if $(1),$(firstword $(1)) $(call unique,$(filter-out $(firstword $(1)),$(1)))))
