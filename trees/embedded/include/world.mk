# Second pass: the order of the great steps. Within a step packages run in
# parallel; the steps themselves follow each other.

world:

stamp_dir := $(STAGING_DIR)/stamp

# $(call step,path,target[,variant]) runs "make -C path target" with its time
# measured, its output logged (BUILD_LOG=1) and its failure named.
step = +@$(SCRIPT_DIR)/run-step.pl --path $(1) --target $(2) $(if $(3),--variant $(3)) \
	$(if $(VERBOSE),--verbose) $(if $(BUILD_LOG),--log-dir $(BUILD_LOG_DIR)) -- \
	$(MAKE) $(if $(VERBOSE),-w,--no-print-directory) -r -C $(1) $(2) BUILD_SUBDIR=$(1) BUILD_VARIANT=$(3)

include package/Makefile

# target/linux makes the images out of the assembled root; README.md says with
# which variables. A tree without one stops at the root file system.
has_target := $(wildcard target/linux/Makefile)

target/%: FORCE
	$(if $(has_target),$(call step,target/linux,$*))

# $(call stage,name,goal,after): a step of world, as a make of its own.
define stage
$(stamp_dir)/.$(1): $(3) FORCE
	$$(call submake,-r $(2))
	@mkdir -p $$(@D) && touch $$@

endef

$(eval $(call stage,prepare,prepare,))
$(eval $(call stage,package_cleanup,package/cleanup,$(stamp_dir)/.prepare))
$(eval $(call stage,target_compile,target/compile,$(stamp_dir)/.package_cleanup))
$(eval $(call stage,package_compile,package/compile,$(stamp_dir)/.target_compile))
$(eval $(call stage,package_install,package/install,$(stamp_dir)/.package_compile))
$(eval $(call stage,target_install,target/install,$(stamp_dir)/.package_install))

world: $(stamp_dir)/.target_install
	$(call submake,-r package/index)
	$(call submake,-r checksum)

prepare: directories
	$(call submake,-r buildinfo)

directories:
	@mkdir -p $(DL_DIR) $(BIN_DIR) $(BUILD_DIR) $(stamp_dir) $(PKG_INFO_DIR) $(STAGING_DIR_IMAGE) \
		$(STAGING_DIR)/usr/include $(STAGING_DIR)/usr/lib $(STAGING_DIR_HOST)/bin $(TMP_DIR)

# Small text files: written beside and renamed, and not touched when equal.
write_artifact = $(SCRIPT_DIR)/write-if-changed.sh $(1)

buildinfo: diffconfig buildversion feedsversion

diffconfig: directories
	@$(SCRIPT_DIR)/diffconfig.sh | $(call write_artifact,$(BIN_DIR)/config.buildinfo)

buildversion: directories
	@$(SCRIPT_DIR)/getver.sh | $(call write_artifact,$(BIN_DIR)/version.buildinfo)

feedsversion: directories
	@$(SCRIPT_DIR)/feeds list -fs | $(call write_artifact,$(BIN_DIR)/feeds.buildinfo)

checksum:
	@$(SCRIPT_DIR)/checksum.sh $(BIN_DIR)

clean:
	@rm -rf $(BUILD_DIR) $(STAGING_DIR) $(OUTPUT_DIR) $(BUILD_LOG_DIR)

targetclean: clean
	@rm -rf $(BUILD_DIR_BASE) $(TOPDIR)/staging_dir

dirclean: targetclean
	@rm -rf $(TMP_DIR)

.PHONY: world prepare directories buildinfo diffconfig buildversion feedsversion checksum clean targetclean dirclean
.PRECIOUS: $(stamp_dir)/.%
