# Paths, tools and install commands that every Makefile of the tree shares.

ifndef TOPDIR
  $(error TOPDIR is not set: call make from the top of the tree)
endif

ifneq ($(__rules_included),1)
__rules_included := 1

empty :=
space := $(empty) $(empty)
comma := ,
hash := \#
define newline


endef

# "x" in .config comes with its quotes; most uses want it without them.
qstrip = $(strip $(subst ",,$(1)))

ifeq ($(DUMP),)
  -include $(TOPDIR)/.config
endif

export LC_ALL := C
export LANG := C
export TZ := UTC

INCLUDE_DIR := $(TOPDIR)/include
SCRIPT_DIR := $(TOPDIR)/scripts
TMP_DIR := $(TOPDIR)/tmp

DL_DIR := $(if $(call qstrip,$(CONFIG_DOWNLOAD_FOLDER)),$(call qstrip,$(CONFIG_DOWNLOAD_FOLDER)),$(TOPDIR)/dl)
OUTPUT_DIR := $(if $(call qstrip,$(CONFIG_BINARY_FOLDER)),$(call qstrip,$(CONFIG_BINARY_FOLDER)),$(TOPDIR)/bin)
BUILD_LOG_DIR := $(if $(call qstrip,$(CONFIG_BUILD_LOG_DIR)),$(call qstrip,$(CONFIG_BUILD_LOG_DIR)),$(TOPDIR)/logs)
ifeq ($(CONFIG_BUILD_LOG),y)
  BUILD_LOG ?= 1
endif

BOARD := x86
SUBTARGET := 64
ARCH := x86_64
ARCH_PACKAGES := x86_64
TARGET_SUFFIX := linux-gnu
TARGET_NAME := target-$(ARCH)

BIN_DIR := $(OUTPUT_DIR)/targets/$(BOARD)/$(SUBTARGET)
PACKAGE_DIR := $(BIN_DIR)/packages
FEEDS_OUTPUT_DIR := $(OUTPUT_DIR)/packages/$(ARCH_PACKAGES)

BUILD_DIR_BASE := $(TOPDIR)/build_dir
BUILD_DIR := $(BUILD_DIR_BASE)/$(TARGET_NAME)
KERNEL_BUILD_DIR := $(BUILD_DIR)/linux-$(BOARD)_$(SUBTARGET)
STAGING_DIR := $(TOPDIR)/staging_dir/$(TARGET_NAME)
STAGING_DIR_HOST := $(TOPDIR)/staging_dir/host
STAGING_DIR_IMAGE := $(STAGING_DIR)/image
PKG_INFO_DIR := $(STAGING_DIR)/pkginfo
# The root file system that package/install assembles, and the place where a
# target looks for the kernel that a package's Build/InstallDev has left.
TARGET_DIR := $(BUILD_DIR)/root-$(BOARD)
TARGET_ROOTFS_DIR := $(BUILD_DIR)
KERNEL_IMAGE := $(STAGING_DIR_IMAGE)/vmlinuz

# PKG_FEED is set by package/Makefile: the feed a package was installed from.
PDIR = $(FEEDS_OUTPUT_DIR)/$(if $(PKG_FEED),$(PKG_FEED),base)

TARGET_CROSS :=
TARGET_CC := gcc
TARGET_CXX := g++
TARGET_CPP := gcc -E
TARGET_AR := ar
TARGET_AS := as
TARGET_LD := ld
TARGET_NM := nm
TARGET_RANLIB := ranlib
TARGET_STRIP := strip
TARGET_OBJCOPY := objcopy
TARGET_CFLAGS := -Os -pipe -Wall -fstack-protector-strong -D_FORTIFY_SOURCE=2
TARGET_CFLAGS += -ffile-prefix-map=$(TOPDIR)=.
TARGET_CXXFLAGS := $(TARGET_CFLAGS)
TARGET_CPPFLAGS := -I$(STAGING_DIR)/usr/include -I$(STAGING_DIR)/include
TARGET_LDFLAGS := -L$(STAGING_DIR)/usr/lib -L$(STAGING_DIR)/lib -Wl,-z,now -Wl,-z,relro
TARGET_CONFIGURE_OPTS = \
	CC="$(TARGET_CC)" CXX="$(TARGET_CXX)" AR="$(TARGET_AR)" AS="$(TARGET_AS)" LD="$(TARGET_LD)" \
	NM="$(TARGET_NM)" RANLIB="$(TARGET_RANLIB)" STRIP="$(TARGET_STRIP)" OBJCOPY="$(TARGET_OBJCOPY)"
HOSTCC := gcc

INSTALL_DIR := install -d -m0755
INSTALL_BIN := install -m0755
INSTALL_SUID := install -m4755
INSTALL_DATA := install -m0644
INSTALL_CONF := install -m0600
CP := cp -fpR
LN := ln -sf
SED := sed -i -e
FIND := find
PATCH := patch
TAR := tar
PERL := perl
XARGS := xargs -r
NO_TRACE_MAKE ?= $(MAKE) V=s
STRIP := $(TARGET_STRIP)

# Locked commands: $(call locked,command,name of the lock).
locked = flock $(TMP_DIR)/.$(if $(2),$(2),default).flock -c '$(subst ','\'',$(1))'

ifeq ($(DUMP)$(SOURCE_DATE_EPOCH),)
  SOURCE_DATE_EPOCH := $(shell $(SCRIPT_DIR)/get_source_date_epoch.sh $(TOPDIR))
endif
export SOURCE_DATE_EPOCH

include $(INCLUDE_DIR)/version.mk
IMG_PREFIX := $(if $(VERSION_DIST_SANITIZED),$(VERSION_DIST_SANITIZED),otb-embedded)-$(BOARD)-$(SUBTARGET)

FORCE: ;
.PHONY: FORCE
.DELETE_ON_ERROR:

endif
