# What every target's images are made with: Debian's own tools, run out of a
# directory of unpacked packages (scripts/debian-tool), and the identity that
# the same sources always give.

debian_fetch := TOPDIR=$(TOPDIR) $(SCRIPT_DIR)/debian-fetch --dl $(DL_DIR)

IMAGE_TOOL_SPECS := libc6 busybox \
	e2fsprogs libext2fs2t64 libcom-err2 libss2 libblkid1 libuuid1 \
	libarchive13t64 libacl1 libbz2-1.0 liblz4-1 liblzma5 libnettle8t64 libxml2 libzstd1 zlib1g \
	grub-common grub-pc-bin libdevmapper1.02.1
IMAGE_TOOLS := $(TOPDIR)/staging_dir/host/debian-tools
IMAGE_WORK := $(KERNEL_BUILD_DIR)/images
IMAGE_SUFFIXES := -combined-ext4.img.gz -combined-ext4.img -combined-ext4.vdi -rootfs.tar.gz .bom.cdx.json

# Unpacked again when the lock names other versions.
$(IMAGE_TOOLS)/.unpacked: FORCE
	$(debian_fetch) --versions $(TMP_DIR)/debian-tools.versions $(IMAGE_TOOL_SPECS) > /dev/null
	cmp -s $(TMP_DIR)/debian-tools.versions $@ || { \
		rm -rf $(IMAGE_TOOLS) && \
		TOPDIR=$(TOPDIR) $(SCRIPT_DIR)/debian-unpack $(DL_DIR) $(IMAGE_TOOLS) $(IMAGE_TOOL_SPECS) && \
		cp $(TMP_DIR)/debian-tools.versions $@; \
	}

# Disk signature and UUIDs differ between builds of different sources, and are
# the same for the same ones.
IMAGE_IDENTITY := $(IMG_PREFIX)-$(SOURCE_DATE_EPOCH)-$(REVISION)
IMAGE_SIGNATURE := $(shell printf '%s' '$(IMAGE_IDENTITY)' | sha256sum | cut -c1-8)

image_sbom = $(SCRIPT_DIR)/image-sbom --root $(TARGET_DIR) --pkginfo $(PKG_INFO_DIR) --debian $(TMP_DIR)/debian \
	--name '$(VERSION_DIST)' --version '$(VERSION_NUMBER)' --revision '$(REVISION)' \
	--image '$(IMG_PREFIX)'
image_profiles = $(SCRIPT_DIR)/image-profiles --target $(BOARD)/$(SUBTARGET) --arch $(ARCH_PACKAGES) --prefix $(IMG_PREFIX) \
	--version '$(VERSION_NUMBER)' --code '$(VERSION_CODE)' --default-packages $(TOPDIR)/target/linux/default-packages
