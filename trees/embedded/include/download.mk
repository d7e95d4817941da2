# PKG_SOURCE and further files into $(DL_DIR), checked by their SHA-256.

FILE_HASH_SKIP := skip

# $(call download_rule,file,URLs,hash,name at the URL)
# With a hash the file is looked at each time: one that was cut off or edited in
# dl/ is fetched again. make goes by its date, so an unchanged one costs nothing more.
define download_rule
package_downloads += $(DL_DIR)/$(1)
$(DL_DIR)/$(1): $(if $(filter-out skip x,$(3)),FORCE)
	@mkdir -p $(DL_DIR) $(TMP_DIR)
	flock $(TMP_DIR)/.$(1).flock $(SCRIPT_DIR)/download.pl '$(DL_DIR)' '$(1)' '$(3)' '$(4)' $(foreach url,$(2),'$(url)')

endef

# define Download/NAME … URL FILE HASH URL_FILE … endef; $(eval $(call Download,NAME))
define Download/Defaults
  URL:=
  FILE:=
  URL_FILE:=
  HASH:=
  MIRROR_HASH:=
  PROTO:=
  VERSION:=
endef

define Download
  $(eval $(Download/Defaults))
  $(eval $(Download/$(1)))
  $(if $(DUMP),,$(eval $(call download_rule,$(FILE),$(URL),$(if $(HASH),$(HASH),$(MIRROR_HASH)),$(URL_FILE))))
endef

PKG_SOURCE_URL_FILE ?=
ifeq ($(DUMP)$(PKG_SKIP_DOWNLOAD),)
  ifneq ($(strip $(PKG_SOURCE)),)
    $(eval $(call download_rule,$(strip $(PKG_SOURCE)),$(PKG_SOURCE_URL),$(if $(PKG_HASH),$(PKG_HASH),$(PKG_MIRROR_HASH)),$(PKG_SOURCE_URL_FILE)))
  endif
endif
